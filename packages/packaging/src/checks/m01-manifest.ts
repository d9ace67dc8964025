import { renderProblem } from "../manifest/problem.ts";
import { type Check, fail, pass } from "./check.ts";

export const m01Manifest: Check = {
	id: "M01",
	title: "The manifest is complete",
	severity: "block",
	refuses:
		"A model.yaml that is absent, is not plain YAML 1.2, or breaks the contract in docs/reference/manifest.md; all problems are listed.",
	async run(context) {
		const reading = await context.reading();
		if (reading.ok) return pass(`${reading.manifest.name}@${reading.manifest.version}, owned by ${reading.manifest.owner.team}`);
		const [first, ...rest] = reading.problems;
		const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
		return fail(`${renderProblem(first!)}${more}`, first!.hint, { file: "model.yaml", detail: { problems: reading.problems } });
	},
};
