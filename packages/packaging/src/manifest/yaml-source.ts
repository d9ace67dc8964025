import { ERRORS } from "@headgate/protocol";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLError } from "yaml";
import { printable } from "../files/package-path.ts";
import type { ManifestPath, ManifestProblem } from "./problem.ts";

/** More expansions than this and the text is a bomb, not a manifest. */
const MAX_ALIASES = 10;
const MAX_SYNTAX_PROBLEMS = 20;

/** Parsed YAML that still knows where each value stands and how it was written. */
export interface YamlSource {
	readonly value: unknown;
	/** Line and column, from 1, of a value, or of the nearest map around it that exists. */
	locate(path: ManifestPath): { line: number; col: number };
	/** Line and column of a key of a map. */
	locateKey(path: ManifestPath, key: string): { line: number; col: number };
	/** A scalar as it stands in the text: `1.10` where the value is 1.1. */
	written(path: ManifestPath): string | undefined;
}

/** YAML 1.2, core schema: no duplicate keys, no merges, no custom tags, at most a few aliases. */
export function readYaml(text: string): YamlSource | ManifestProblem[] {
	const lines = new LineCounter();
	let document: Document.Parsed;
	try {
		document = parseDocument(text, {
			version: "1.2",
			schema: "core",
			uniqueKeys: true,
			strict: true,
			prettyErrors: false,
			logLevel: "error",
			lineCounter: lines,
		});
	} catch {
		return [problem("manifest.syntax", "model.yaml is nested too deeply to be read", { line: 1, col: 1 })];
	}
	const faults = [...document.errors, ...document.warnings];
	if (faults.length > 0) return faults.slice(0, MAX_SYNTAX_PROBLEMS).map((fault) => syntaxProblem(fault, lines, text));
	try {
		const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
		return { value, ...locators(document, lines) };
	} catch (error) {
		const alias = error instanceof ReferenceError;
		const message = alias
			? `model.yaml expands more than ${MAX_ALIASES} YAML aliases`
			: "model.yaml is nested too deeply to be read";
		return [problem(alias ? "manifest.alias" : "manifest.syntax", message, { line: 1, col: 1 })];
	}
}

function locators(document: Document.Parsed, lines: LineCounter): Omit<YamlSource, "value"> {
	const place = (node: unknown): { line: number; col: number } | undefined =>
		isNode(node) && node.range ? lines.linePos(node.range[0]) : undefined;
	const nodeAt = (path: ManifestPath): unknown => (path.length === 0 ? document.contents : document.getIn(path, true));
	return {
		locate(path) {
			for (let length = path.length; length >= 0; length--) {
				const found = place(nodeAt(path.slice(0, length)));
				if (found !== undefined) return found;
			}
			return { line: 1, col: 1 };
		},
		locateKey(path, key) {
			const map = nodeAt(path);
			const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
			return place(pair?.key) ?? this.locate(path);
		},
		written(path) {
			const node = nodeAt(path);
			return isScalar(node) ? node.source : undefined;
		},
	};
}

function syntaxProblem(fault: YAMLError, lines: LineCounter, text: string): ManifestProblem {
	const position = lines.linePos(fault.pos[0]);
	if (fault.code === "DUPLICATE_KEY") {
		const key = printable(text.slice(fault.pos[0]).split(/[:\n]/, 1)[0]!.trim().slice(0, 80));
		return problem("manifest.duplicate-key", `the key '${key}' stands twice in one map`, position);
	}
	if (fault.code === "TAB_AS_INDENT") {
		return problem(
			"manifest.syntax",
			`a tab indents line ${position.line}, column ${position.col}; indent with spaces`,
			position,
		);
	}
	return problem("manifest.syntax", printable(fault.message.slice(0, 300)), position);
}

function problem(code: string, message: string, at: { line: number; col: number }): ManifestProblem {
	return { code, message, hint: ERRORS[code]?.hint ?? "", path: "", line: at.line, col: at.col };
}
