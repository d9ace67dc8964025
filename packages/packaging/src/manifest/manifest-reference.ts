import { MANIFEST_SCHEMA, type SchemaNode } from "@headgate/protocol";
import { OWN_KEYWORDS } from "../checks/schema/schema-keywords.ts";

/** docs/reference/manifest.md, made from MANIFEST_SCHEMA. */
export function manifestReference(): string {
	const rows = describe(MANIFEST_SCHEMA, "").map((row) => `| \`${row.key}\` | ${row.needed} | ${row.kind} | ${row.text} |`);
	return [
		"# model.yaml",
		"",
		"The manifest of a model package: UTF-8 without a byte order mark, YAML 1.2, at most 1 MiB. Unknown keys are refused.",
		"Paths are relative to the package folder, with `/` between folders. This page is made from the JSON Schema in",
		"`packages/protocol/src/manifest`; change it there.",
		"",
		'A part marked **or a reason** may be absent only as `{ none: "the reason" }`, in at least 8 characters; `headgate check`',
		"shows the reason. Exactly one of `features` and `tokenizer` is given.",
		"",
		"| key | needed | kind | meaning |",
		"|---|---|---|---|",
		...rows,
		"",
		...RUNTIME_VERSIONS,
		"",
		...schemas(),
		"",
		...EVALUATION,
		"",
	].join("\n");
}

const RUNTIME_VERSIONS = [
	"## runtime.versions",
	"",
	"Exact versions, as they are installed: `3.11.2`, not `3.11`. What is released as three numbers is written with three (python, node,",
	"onnxruntime, numpy, scikit-learn, torch and their like), anything else with at least two. `onnx` needs `onnxruntime`, `python` needs `python`.",
];

function schemas(): string[] {
	const words = Object.entries(OWN_KEYWORDS).map(([key, { expected }]) => `| \`${key}\` | ${expected} |`);
	return [
		"## The schema files",
		"",
		"JSON Schema 2020-12, one file each, compiled by the gateway when a version is loaded. Check H01 holds them to this:",
		"",
		"- No unknown keyword, at most 100 levels, at most 1,000 schemas in a file, at most 1 MiB. `format` is a remark: nothing checks it.",
		"- `$ref` stays inside the file (`#/$defs/...`), and never comes back to itself for the same value.",
		"- A `pattern` is at most 500 characters and has no back reference. A loop in it that can read one text in two ways, such as `(a+)+`,",
		"  `(a|ab|b)*` or `(.*,)*`, is refused: the time doubles with each character. `^[a-z]+(-[a-z]+)*$` is fine, for the `-` tells the",
		"  rounds apart. Where parts that follow each other can share characters, or the pattern does not begin with `^`, each loop is another",
		"  factor of the length, and the text needs a `maxLength`: 10,000 for two factors, 464 for three, 100 for four.",
		"",
		"Words beyond JSON Schema; H03 compares them with the champion's, for they say what types do not:",
		"",
		"| keyword | value |",
		"|---|---|",
		...words,
	];
}

const EVALUATION = [
	"## The evaluation report",
	"",
	"A JSON file. Check H04 reads it, computes the thresholds again and compares the digests; unknown fields are left alone.",
	"",
	"| field | meaning |",
	"|---|---|",
	"| `schemaVersion` | `1` |",
	"| `createdAt` | RFC 3339 instant. At deploy it is at most 90 days ago, unless the endpoint's `checks.evaluation_age` says otherwise |",
	"| `model.name`, `model.version` | as in this manifest |",
	"| `model.weightsDigest` | `sha256:` of the weight file; of several files, sha256 of the canonical JSON (RFC 8785) of `[{path, sha256, size}, ...]`, by path |",
	"| `datasets[]` | `name` and `sha256` of what it was evaluated on, each listed under `datasets` here and never with the role `train` |",
	"| `metrics[]` | `name`, `value`, and if known `ciLow`, `ciHigh` and the `slice` it is of; a ratio such as auc lies between 0 and 1 |",
	"| `thresholds[]` | `metric`, `op` (`>=`, `<=`, `>`, `<`), `value`, and the `slice` where it is of one |",
	"| `tool` | `name` and `version` of what made it |",
];

interface Row {
	readonly key: string;
	readonly needed: string;
	readonly kind: string;
	readonly text: string;
}

function describe(node: SchemaNode, prefix: string): Row[] {
	const required = new Set((node["required"] ?? []) as string[]);
	return Object.entries((node["properties"] ?? {}) as Record<string, SchemaNode>).flatMap(([name, child]) => {
		const part = child["x-part"] === true;
		const inner = part ? (child["else"] as SchemaNode) : child;
		const key = prefix === "" ? name : `${prefix}.${name}`;
		const isInputPart = prefix === "" && (name === "features" || name === "tokenizer");
		const needed = isInputPart ? "one of two" : !required.has(name) ? "no" : part ? "yes, or a reason" : "yes";
		const row = { key, needed, kind: kindOf(inner), text: textOf(inner) };
		return [row, ...describe(inner, key), ...items(inner, key)];
	});
}

function items(node: SchemaNode, key: string): Row[] {
	const item = node["items"] as SchemaNode | undefined;
	return item === undefined ? [] : describe(item, `${key}[]`);
}

function kindOf(node: SchemaNode): string {
	if (Array.isArray(node["enum"])) return node["enum"].map((value) => `\`${value}\``).join(" ");
	if (node["format"] === "package-path") return [node["type"]].flat().includes("null") ? "path or null" : "path";
	const names: Record<string, string> = { object: "map", array: "list", string: "text", integer: "whole number" };
	return [node["type"]]
		.flat()
		.map((type) => names[String(type)] ?? String(type))
		.join(" or ");
}

function textOf(node: SchemaNode): string {
	const expected = node["x-expected"] as string | undefined;
	const sentence = String(node["description"] ?? "");
	return (expected === undefined ? sentence : `${sentence} It is ${expected}.`).replaceAll("|", "\\|");
}
