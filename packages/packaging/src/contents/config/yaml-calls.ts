import { isNode, isScalar, LineCounter, parseAllDocuments, visit } from "yaml";

/** Where a YAML text has its reader import or call something. */
export interface YamlCall {
	/** From 1. */
	readonly line: number;
	/** Continues "LINE ...". */
	readonly what: string;
}

/** What is parsed, in less than a second; longer texts are searched line by line. */
const MAX_PARSED_CHARACTERS = 128 * 1024;
const MAX_CALLS = 100;
/** Text without any of these cannot spell `_target_` or a Python tag. */
const SUSPICIOUS = /targ|python|\\|%/i;
/** At the beginning of a key, in block or flow style, quoted or not. */
const TARGET = /(?:^|[\s{,?-])["']?_target_["']?\s*:\s*["']?([^\s"',}#]{0,120})/;
/** What PyYAML makes of these is imported, called or filled; `python/tuple` and its like are plain data. */
const PYTHON_TAG = /(?:!!|!<tag:yaml\.org,2002:)(python\/(?:object|name|module)[^\s>,\]}]{0,120})/;
/** What only a parser can read: a key with escapes, over two lines or by an alias, a tag by a prefix or in percents. */
const DISGUISED = /^%TAG|^\s*\?\s|\*[^\s,\]}]+\s+:|"[^"]*\\[^"]*"\s*:|\\$|!\S*%/;
const PYTHON_TAG_NAME = /^tag:yaml\.org,2002:(python\/(?:object|name|module).{0,120})/;

/** Keys `_target_` (Hydra, NeMo) and Python tags (PyYAML), however they are spelled. What cannot be parsed is searched line by line, and a long text
 * may not disguise them. */
export function yamlCalls(text: string): YamlCall[] {
	if (!SUSPICIOUS.test(text)) return [];
	const calls = new Map<number, YamlCall>();
	const isLong = text.length > MAX_PARSED_CHARACTERS;
	for (const call of [...callsByLine(text, isLong), ...(isLong ? [] : callsByNode(text))]) {
		if (calls.size < MAX_CALLS && !calls.has(call.line)) calls.set(call.line, call);
	}
	return [...calls.values()].sort((a, b) => a.line - b.line);
}

function callsByLine(text: string, isLong: boolean): YamlCall[] {
	return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
		const target = TARGET.exec(line);
		if (target !== null) return [{ line: index + 1, what: byTarget(target[1]!) }];
		const tag = PYTHON_TAG.exec(line);
		if (tag !== null) return [{ line: index + 1, what: byTag(tag[1]!) }];
		if (!isLong || !DISGUISED.test(line)) return [];
		return [{ line: index + 1, what: "spells a key or a tag so that it is not judged in a file of more than 128 Ki characters" }];
	});
}

function callsByNode(text: string): YamlCall[] {
	const calls: YamlCall[] = [];
	const lines = new LineCounter();
	try {
		const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: "silent", lineCounter: lines });
		for (const document of documents) {
			const found = (node: unknown, what: string): void => {
				const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
				calls.push({ line: lines.linePos(offset).line, what });
			};
			visit(document, {
				Node(_, node) {
					const tag = "tag" in node && typeof node.tag === "string" ? PYTHON_TAG_NAME.exec(node.tag) : null;
					if (tag !== null) found(node, byTag(tag[1]!));
				},
				Pair(_, { key, value }) {
					const name = isNode(key) && "source" in key && !isScalar(key) ? key.resolve(document) : key;
					if (isScalar(name) && name.value === "_target_") {
						found(key, byTarget(isScalar(value) && typeof value.value === "string" ? value.value : ""));
					}
				},
			});
		}
	} catch {
		// Nested so deeply that no reader reads it.
	}
	return calls;
}

/** What a key `_target_` does. */
export function byTarget(called: string): string {
	return `names ${called === "" ? "a class or function" : called.slice(0, 120)} under _target_, which is imported and called`;
}

function byTag(tag: string): string {
	return `has the tag !!${tag}, with which Python imports or calls what it names`;
}
