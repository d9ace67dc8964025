import { ggufLayoutProblems } from "../../formats/gguf/gguf-layout-problems.ts";
import { readGgufHeader } from "../../formats/gguf/read-gguf-header.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { problemFinding } from "../problem-finding.ts";

export const d02GgufTensors: Check = {
	id: "D02",
	title: "GGUF tensors lie where they should",
	severity: "block",
	refuses:
		"Tensors with a dimension of zero, rows that do not fill the blocks of their type, offsets that are not the sum of the sizes before them, or an end behind the file's.",
	why: "A dimension of zero divided llama.cpp by zero, and offsets that the file chose made it read beyond the tensors (llama.cpp issue 27203, pull requests 18674 and 26245).",
	rules: "1",
	async run(context) {
		const files = await context.readable("gguf", readGgufHeader);
		if (files.length === 0) return skipped("there is no readable GGUF file");
		const findings: Finding[] = [];
		for (const { path: file, model } of files) {
			findings.push(...ggufLayoutProblems(model).map((problem) => problemFinding(file, problem)));
		}
		const count = files.reduce((sum, { model }) => sum + model.tensors.length, 0);
		return judge(findings, pass(`${count.toLocaleString("en")} tensors`));
	},
};
