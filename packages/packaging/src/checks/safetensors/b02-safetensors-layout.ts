import { layoutProblems } from "../../formats/safetensors/layout-problems.ts";
import { readSafetensorsHeader } from "../../formats/safetensors/read-safetensors-header.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { problemFinding } from "../problem-finding.ts";

export const b02SafetensorsLayout: Check = {
	id: "B02",
	title: "Every byte belongs to one tensor",
	severity: "block",
	refuses:
		"Tensors of unknown types, tensors whose bytes do not fit their shape, and data with overlaps, holes or bytes behind the last tensor.",
	why: "What lies in a hole or behind the end is read by nobody who loads the model: a second file can hide there. Overlaps make two names for the same bytes, and loaders differ in which they refuse (ComfyUI issue 15602).",
	rules: "1",
	async run(context) {
		const files = await context.readable("safetensors", readSafetensorsHeader);
		if (files.length === 0) return skipped("there is no readable safetensors file");
		const findings: Finding[] = [];
		for (const { path: file, model } of files) {
			findings.push(...layoutProblems(model).map((problem) => problemFinding(file, problem)));
			if (model.tensors.length === 0 && model.problems.length === 0) findings.push(noTensors(file));
		}
		const bytes = files.reduce((sum, { model }) => sum + model.dataBytes, 0).toLocaleString("en");
		return judge(findings, pass(`${bytes} bytes of tensors, without overlap or hole`));
	},
};

function noTensors(file: string): Finding {
	const hint = "Push the file that holds the weights.";
	return { code: "safetensors.empty", message: `${file} is valid, but holds no tensor to serve`, hint, severity: "warn", file };
}
