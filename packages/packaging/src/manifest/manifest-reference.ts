import { MANIFEST_SCHEMA, type SchemaNode } from "@headgate/protocol";

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
	].join("\n");
}

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
