import { ERRORS, isLeftOut, type Manifest } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { type EvaluationReport, readReport } from "./evaluation-report.ts";
import { weightsDigests } from "./weights-digest.ts";

const DEFAULT_MAX_AGE_DAYS = 90;
const DAY_MS = 86_400_000;
/** Clocks of two machines differ. */
const CLOCK_SKEW_MS = 5 * 60_000;
const MAX_BYTES = 4 * 1024 * 1024;

export const h04Evaluation: Check = {
	id: "H04",
	title: "The evaluation is of these weights, fresh and met",
	severity: "block",
	refuses:
		"An evaluation report that is malformed, older than 90 days (the endpoint's policy may say otherwise; at push the age is not judged), about other weights, another version or other data, evaluated on training data, with metrics that are not finite or out of range, or whose thresholds its own metrics do not meet.",
	why: "A report travels from version to version by copy and paste: then the numbers that promote a model are another model's. Thresholds are computed again because a report can claim to pass what it fails.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "the evaluation");
		if (isLeftOut(manifest.evaluation)) return skipped(`there is no report: ${manifest.evaluation.none}`, "how well it predicts");
		const file = manifest.evaluation;
		if (!context.has(file)) return skipped(`${file} is not in the package (A05)`, "the evaluation");
		const { report, findings } = await read(context, file);
		if (report === undefined) return judge(findings, pass(""));
		const weights = await weightFindings(context, report, file);
		const data = dataFindings(report, manifest, file);
		const all = [
			...findings,
			...ageFindings(context, report, file),
			...modelFindings(report, manifest, file),
			...weights.findings,
			...data.findings,
			...thresholdFindings(report, file),
		];
		const values = report.metrics
			.slice(0, 5)
			.map(({ name, value, slice }) => `${name}${slice === undefined ? "" : ` of ${slice}`} ${value}`);
		const outcome = judge(
			all,
			pass(printable(values.join(", ").slice(0, 200)), { metrics: report.metrics.length, thresholds: report.thresholds.length }),
		);
		const notVerified = [
			...weights.notVerified,
			...data.notVerified,
			"the metrics themselves: they are not computed again from the data",
		];
		return { ...outcome, notVerified };
	},
};

async function read(context: CheckContext, file: string): Promise<ReturnType<typeof readReport>> {
	let text = "";
	try {
		text = await context.text(file, MAX_BYTES);
		return readReport(await context.json(file), file);
	} catch (error) {
		// Python writes what is no JSON.
		const strange = /:\s*(NaN|-?Infinity)\b/.exec(text);
		if (strange === null) return { findings: [findingOf(error, file)] };
		const line = text.slice(0, strange.index).split("\n").length;
		return { findings: [{ ...said("evaluation.metric", `a value is ${strange[1]}, which is no number`, file), line }] };
	}
}

function ageFindings(context: CheckContext, { createdAt }: EvaluationReport, file: string): Finding[] {
	const { now, evaluationMaxAgeDays = DEFAULT_MAX_AGE_DAYS } = context.input;
	const when = new Date(createdAt).toISOString();
	if (createdAt > now + CLOCK_SKEW_MS) {
		return [said("evaluation.malformed", `createdAt is ${when}, in the future (it is ${new Date(now).toISOString()})`, file)];
	}
	const days = (now - createdAt) / DAY_MS;
	if (days <= evaluationMaxAgeDays) return [];
	return [
		said(
			"evaluation.stale",
			`it was made ${Math.floor(days)} days ago (${when}), at most ${evaluationMaxAgeDays} are allowed`,
			file,
		),
	];
}

function modelFindings({ model }: EvaluationReport, manifest: Manifest, file: string): Finding[] {
	const [about, is] = [`${model.name}@${model.version}`, `${manifest.name}@${manifest.version}`];
	return about === is
		? []
		: [said("evaluation.model", `it is about ${printable(about.slice(0, 100))}, the package is ${is}`, file)];
}

interface Judged {
	readonly findings: readonly Finding[];
	readonly notVerified: readonly string[];
}

async function weightFindings(context: CheckContext, { model }: EvaluationReport, file: string): Promise<Judged> {
	const digests = await weightsDigests(context);
	if (typeof digests === "string")
		return { findings: [], notVerified: [`whether the evaluation is of these weights: ${digests}`] };
	const { whole, files } = digests;
	if (model.weightsDigest === whole) return { findings: [], notVerified: [] };
	const one = files.find(({ sha256 }) => model.weightsDigest === `sha256:${sha256}`);
	if (one !== undefined) {
		const others = files.filter(({ path }) => path !== one.path).map(({ path }) => path);
		return {
			findings: [],
			notVerified: [`whether the evaluation is of ${others.slice(0, 5).join(", ")}: its digest is that of ${one.path} alone`],
		};
	}
	const what = files.length === 1 ? files[0]!.path : `the list of the ${files.length} weight files`;
	return {
		findings: [said("evaluation.model", `it is of the weights ${model.weightsDigest}, ${what} has ${whole}`, file)],
		notVerified: [],
	};
}

function dataFindings({ datasets }: EvaluationReport, manifest: Manifest, file: string): Judged {
	const listed = manifest.datasets;
	if (isLeftOut(listed))
		return { findings: [], notVerified: ["whether the evaluation is on the data of the manifest: it names none"] };
	const findings = datasets.flatMap(({ name, sha256 }): Finding[] => {
		const label = printable(name.slice(0, 80));
		const train = listed.find((one) => one.role === "train" && one.sha256 === sha256);
		if (train !== undefined) {
			return [
				said(
					"evaluation.leak",
					`it is evaluated on ${label}, whose sha256 ${sha256} is that of the training data ${train.name}`,
					file,
				),
			];
		}
		if (listed.some((one) => one.sha256 === sha256)) return [];
		const twin = listed.find((one) => one.name === name);
		const expected = twin === undefined ? "the manifest lists no such data set" : `the manifest says ${twin.sha256}`;
		return [said("evaluation.data", `it is evaluated on ${label} with sha256 ${sha256}, ${expected}`, file)];
	});
	return { findings, notVerified: [] };
}

function thresholdFindings({ metrics, thresholds }: EvaluationReport, file: string): Finding[] {
	if (thresholds.length === 0) {
		return [
			{ ...said("evaluation.threshold", "it has no thresholds: nothing says how good is good enough", file), severity: "warn" },
		];
	}
	return thresholds.flatMap(({ metric, op, value, slice, passed }): Finding[] => {
		const label = printable(`${metric}${slice === undefined ? "" : ` of ${slice}`}`.slice(0, 100));
		const measured = metrics.filter((one) => one.name === metric && one.slice === slice);
		if (measured.length === 0)
			return [said("evaluation.threshold", `a threshold is on ${label}, which is not among the metrics`, file)];
		const failed = measured.find((one) => !meets(one.value, op, value));
		if (failed === undefined) return [];
		const claim = passed === true ? ", though it claims to" : "";
		return [said("evaluation.threshold", `${label} is ${failed.value}, which does not meet ${op} ${value}${claim}`, file)];
	});
}

function meets(value: number, op: string, limit: number): boolean {
	if (op === ">=") return value >= limit;
	if (op === "<=") return value <= limit;
	return op === ">" ? value > limit : value < limit;
}

function said(code: string, message: string, file: string): Finding {
	return { code, message: `${file}: ${message}`, hint: ERRORS[code]?.hint ?? "", file };
}
