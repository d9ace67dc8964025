import { ERRORS, isLeftOut, type ManifestDataset } from "@headgate/protocol";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";

const OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export const h05Datasets: Check = {
	id: "H05",
	title: "The data sets are named once and kept apart",
	severity: "high",
	rules: "1",
	refuses:
		"A data set used both for training and for evaluation, by sha256; a digest that is that of an empty file or of one repeated digit; two data sets of one name and version. Digests, instants and roles are held against the manifest's contract in M01.",
	why: "A model that is judged on what it learned from looks perfect: leakage was found in 294 papers of 17 fields (Kapoor and Narayanan, 2023).",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "the data sets");
		if (isLeftOut(manifest.datasets))
			return skipped(`no data sets: ${manifest.datasets.none}`, "what it was trained and judged on");
		const { datasets } = manifest;
		const findings = [...datasets.flatMap(digestFindings), ...sharedFindings(datasets), ...nameFindings(datasets)];
		if (!datasets.some(({ role }) => role === "train")) findings.push(said("no data set has the role train", "warn"));
		const outcome = judge(findings, pass(`${datasets.length} data sets, training and evaluation apart by digest`));
		return {
			...outcome,
			notVerified: ["the data themselves: only their digests are compared, and equal rows under other digests are not seen"],
		};
	},
};

function digestFindings({ name, sha256 }: ManifestDataset): Finding[] {
	if (sha256 === OF_NOTHING) return [said(`the sha256 of ${name} is that of an empty file`)];
	return /^(.)\1*$/.test(sha256) ? [said(`the sha256 of ${name} is ${sha256.slice(0, 8)}..., which no data have`)] : [];
}

function sharedFindings(datasets: readonly ManifestDataset[]): Finding[] {
	const trained = new Map(datasets.filter(({ role }) => role === "train").map((one) => [one.sha256, one.name]));
	return datasets
		.filter(({ role, sha256 }) => (role === "eval" || role === "test") && trained.has(sha256))
		.map(({ name, role, sha256 }) => {
			const message = `model.yaml: ${name} (${role}) has the sha256 ${sha256} of the training data ${trained.get(sha256)}`;
			return { code: "evaluation.leak", message, hint: ERRORS["evaluation.leak"]!.hint, file: "model.yaml" };
		});
}

function nameFindings(datasets: readonly ManifestDataset[]): Finding[] {
	const seen = new Set<string>();
	return datasets.flatMap(({ name, version }) => {
		const label = `${name} of ${version}`;
		if (seen.has(label)) return [said(`${label} is listed twice`)];
		seen.add(label);
		return [];
	});
}

function said(message: string, severity?: "warn"): Finding {
	const { hint } = ERRORS["datasets.invalid"]!;
	return {
		code: "datasets.invalid",
		message: `model.yaml: ${message}`,
		hint,
		file: "model.yaml",
		...(severity === undefined ? {} : { severity }),
	};
}
