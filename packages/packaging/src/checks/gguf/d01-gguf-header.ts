import { readGgufHeader } from "../../formats/gguf/read-gguf-header.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";

export const d01GgufHeader: Check = {
	id: "D01",
	title: "GGUF headers can be read",
	severity: "block",
	refuses:
		"A GGUF file of another version than 2 or 3, byte-swapped, with counts or lengths that the file cannot hold, duplicate keys or names, nested arrays, or an alignment that is no power of two.",
	why: "Lengths and counts of GGUF files overflowed the buffers of llama.cpp more than once (GHSA-vgg9-87g3-85w8, GHSA-96jg-mvhq-q7q7): what loads the file must never be the first to look at them.",
	rules: "1",
	async run(context) {
		const files = await context.filesOf("gguf");
		if (files.length === 0) return skipped("the package has no GGUF file");
		const findings: Finding[] = [];
		const seen: string[] = [];
		for (const file of files) {
			try {
				const { version, metadata, tensors } = await context.read(file, readGgufHeader);
				const keys = Object.keys(metadata).length;
				seen.push(`${file}: version ${version}, ${keys} keys, ${tensors.length.toLocaleString("en")} tensors`);
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		return judge(findings, pass(seen.join("; ")));
	},
};
