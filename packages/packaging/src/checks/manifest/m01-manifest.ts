import { type Check, judge, pass } from "../check.ts";
import { manifestFinding } from "./manifest-finding.ts";

export const m01Manifest: Check = {
	id: "M01",
	title: "The manifest is complete",
	severity: "block",
	refuses:
		"A model.yaml that is absent, is not plain YAML 1.2, or breaks the contract in docs/reference/manifest.md; all problems are listed.",
	why: "What a version needs and who answers for it is asked in the night of an incident; a YAML reader that guesses makes 1.10 the number 1.1.",
	async run(context) {
		const reading = await context.reading();
		if (reading.ok) return pass(`${reading.manifest.name}@${reading.manifest.version}, owned by ${reading.manifest.owner.team}`);
		return judge(reading.problems.map(manifestFinding), pass(""));
	},
};
