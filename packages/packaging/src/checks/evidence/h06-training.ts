import { ERRORS, isLeftOut, type ManifestTraining } from "@headgate/protocol";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";

const SEED = /seed|random_?state/i;
const MAX_DEPTH = 4;

export const h06Training: Check = {
	id: "H06",
	title: "The training can be repeated",
	severity: "high",
	rules: "1",
	refuses:
		"A commit of one repeated digit, a training run from a changed working tree (`training.dirty: true`), no hyperparameters, an end before the beginning. A missing seed is a warning.",
	why: "When a model must be explained or repaired months later, the code and the numbers it was made with are all there is; a commit that leaves out local changes names another model.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "how it was trained");
		if (isLeftOut(manifest.training)) return skipped(`no training: ${manifest.training.none}`, "how it was trained");
		const { training } = manifest;
		const made = training.commit === undefined ? `the sealed code ${training.code}` : `commit ${training.commit.slice(0, 12)}`;
		const count = Object.keys(training.hyperparameters).length;
		const outcome = judge(
			trainingFindings(training),
			pass(`${made}, ${count} ${count === 1 ? "hyperparameter" : "hyperparameters"}`),
		);
		const where = training.repository === undefined ? "the repository is not named" : "no repository is asked";
		return { ...outcome, notVerified: [`whether the commit exists: ${where}`] };
	},
};

function trainingFindings(training: ManifestTraining): Finding[] {
	const findings: Finding[] = [];
	const { commit, hyperparameters, startedAt, finishedAt } = training;
	if (commit !== undefined && /^(.)\1*$/.test(commit)) {
		findings.push(said("training.commit", `training.commit is ${commit.slice(0, 8)}..., which no commit has`));
	}
	if (training.dirty === true) {
		findings.push(said("training.commit", "training.dirty is true: the model was made from code that the commit does not hold"));
	}
	if (Object.keys(hyperparameters).length === 0) {
		findings.push(said("training.hyperparameters", "training.hyperparameters is empty"));
	} else if (!hasSeed(hyperparameters, 0)) {
		findings.push({ ...said("training.hyperparameters", "no hyperparameter is a seed (seed, random_state)"), severity: "warn" });
	}
	if (startedAt !== undefined && finishedAt !== undefined && Date.parse(finishedAt) < Date.parse(startedAt)) {
		findings.push(said("training.time", `training.finishedAt ${finishedAt} is before startedAt ${startedAt}`));
	}
	return findings;
}

function hasSeed(value: unknown, depth: number): boolean {
	if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return false;
	return Object.entries(value).some(([key, inner]) => SEED.test(key) || hasSeed(inner, depth + 1));
}

function said(code: string, message: string): Finding {
	return { code, message: `model.yaml: ${message}`, hint: ERRORS[code]?.hint ?? "", file: "model.yaml" };
}
