import { HeadgateError } from "@headgate/protocol";
import { judgeTemplate } from "../../contents/jinja/judge-template.ts";
import { readTokenizer } from "../../contents/tokenizer/read-tokenizer.ts";
import { lockFaults } from "../../dependencies/lock-faults.ts";
import { bytesSource } from "../../files/read-at.ts";
import { readManifest } from "../../manifest/read-manifest.ts";
import { manifestText } from "../package-fixture.ts";
import { mutateText } from "./mutate-text.ts";
import type { MutationSubject } from "./subject.ts";

const TEMPLATE =
	"{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{{ m.content | trim }}{% if loop.last %}{{ eos }}{% endif %}{% endfor %}{# c #}{% raw %}{{ x }}{% endraw %}";
const TOKENIZER = `{"version":"1.0","added_tokens":[{"id":3,"content":"<s>"}],"model":{"type":"BPE","vocab":{"a":0,"b":1,"\\u00e9":2},"merges":["a b"]}}`;
const LOCK = `torch==2.10.0 \\\n    --hash=sha256:${"ab".repeat(32)}\nnumpy[all]==2.1.0 ; python_version >= "3.9" --hash=sha256:${"cd".repeat(32)}  # why\n`;

function textSubject(
	name: string,
	sources: RegExp,
	codes: RegExp,
	seed: string,
	tokens: readonly string[],
	parse: (bytes: Uint8Array) => Promise<unknown>,
): MutationSubject {
	return {
		name,
		sources,
		codes,
		seeds: () => [Buffer.from(seed)],
		mutateStructure: (bytes, random) => Buffer.from(mutateText(Buffer.from(bytes).toString("utf8"), tokens, random)),
		parse,
	};
}

/** Throws the first of a list of problems as its error: every subject answers in one way. */
function throwFirst(problems: readonly { readonly code: string }[]): readonly unknown[] {
	const [first] = problems;
	if (first !== undefined) throw new HeadgateError(first.code, first.code);
	return problems;
}

export const TEXT_SUBJECTS: readonly MutationSubject[] = [
	textSubject(
		"template",
		/^contents\/jinja\//,
		/^template\.[a-z-]+$/,
		TEMPLATE,
		[
			"{{",
			"}}",
			"{%",
			"%}",
			"{#",
			"#}",
			"-",
			"__class__",
			"|attr('x')",
			"|map(attribute='__init__')",
			"range(10**9)",
			"lipsum",
			"self._",
			"[",
			"]",
			"(",
			")",
			"'",
			'"',
			"\\",
			"~",
			"if",
			"endif",
			"endraw",
			"raw",
			"import 'x' as y",
			"1e99",
			"\u0000",
		],
		async (bytes) =>
			throwFirst(
				(await judgeTemplate(Buffer.from(bytes).toString("utf8"), "chat_template.jinja")).map(() => ({
					code: "template.unsafe",
				})),
			),
	),
	textSubject(
		"tokenizer",
		/^contents\/tokenizer\//,
		/^(tokenizer\.[a-z-]+|weights\.[a-z-]+)$/,
		TOKENIZER,
		[
			"{",
			"}",
			"[",
			"]",
			":",
			",",
			'"',
			"\\u0061",
			"\\",
			'"vocab"',
			'"model"',
			'"added_tokens"',
			'"id"',
			'"Unigram"',
			"-1",
			"1e400",
			"9007199254740993",
			"null",
			"true",
			'[["a",0.1]]',
			"\u0001",
		],
		(bytes) => readTokenizer(bytesSource(bytes), "tokenizer.json"),
	),
	textSubject(
		"requirements",
		/^dependencies\/(lock-faults|logical-lines|read-requirements|requirement)\.ts/,
		/^dependency\.[a-z-]+$/,
		LOCK,
		[
			"==",
			">=",
			"~=",
			"===",
			"*",
			"\\\n",
			"\n",
			"#",
			";",
			"[",
			"]",
			"-e ",
			"-r ",
			"--hash=sha256:",
			"--hash=md5:",
			"--extra-index-url x",
			"git+https://x/y",
			"https://x/y.whl",
			"$HOME",
			"@ file:///x",
			" ",
			"\t",
			"\u00e9",
			"\u0000",
		],
		async (bytes) => throwFirst(lockFaults(Buffer.from(bytes).toString("utf8"))),
	),
	textSubject(
		"manifest",
		/^manifest\/(?!manifest-reference|package-parts)/,
		/^manifest\.[a-z0-9-]+$/,
		manifestText(),
		[
			"\n",
			"  ",
			"\t",
			": ",
			"- ",
			"{",
			"}",
			"[",
			"]",
			"&a ",
			"*a",
			"<<: *a",
			"!!python/object ",
			"? ",
			"|\n",
			">\n",
			"'",
			'"',
			"#",
			"%YAML 1.1\n",
			"---\n",
			"...\n",
			"null",
			"no",
			"1.10",
			"name: x\n",
			"\u0000",
			"\ufeff",
			"\u2028",
		],
		async (bytes) => {
			const reading = readManifest(bytes, { now: Date.UTC(2026, 10, 21) });
			return reading.ok ? reading : throwFirst(reading.problems);
		},
	),
];
