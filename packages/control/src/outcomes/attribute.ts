import type { OutcomeCount } from "@headgate/core/analysis";
import type { BusinessMetrics } from "@headgate/core/plan";
import { digestOfLabel, HeadgateError, type Outcome, type PredictionSealer, type SealedPrediction } from "@headgate/protocol";

const MILLION = 1_000_000;
/** Sums of what is larger would not be exact any more. */
const LARGEST = 1e9;

/** Which endpoint and arm a tag in a prediction's id stands for. */
export interface Directory {
	endpoint(tag: string): { readonly name: string; readonly businessMetrics: BusinessMetrics } | undefined;
	arm(endpoint: string, tag: string): string | undefined;
}

export interface Attributed {
	readonly endpoint: string;
	readonly count: OutcomeCount;
}

/** Whose prediction it was and what it counts as. Throws `outcome.unknown-prediction`, `outcome.no-value` or `outcome.metric`. */
export function attribute(outcome: Outcome, sealer: PredictionSealer, directory: Directory): Attributed {
	const opened = sealer.open(outcome.prediction_id);
	if (!opened.ok) throw new HeadgateError("outcome.unknown-prediction", PROBLEMS[opened.problem]);
	const { prediction } = opened;
	const endpoint = directory.endpoint(prediction.endpointTag);
	const arm = endpoint === undefined ? undefined : directory.arm(endpoint.name, prediction.armTag);
	if (endpoint === undefined || arm === undefined) {
		throw new HeadgateError("outcome.unknown-prediction", "the endpoint or version that made this prediction is not known here");
	}
	const of = { second: Math.floor(prediction.atMs / 1_000), arm, bucket: prediction.bucket, n: 1 };
	if ("label" in outcome)
		return { endpoint: endpoint.name, count: { ...of, of: "label", ...errorOf(prediction, outcome.label) } };
	const value = metricValue(outcome.metric, outcome.value, endpoint.businessMetrics);
	return { endpoint: endpoint.name, count: { ...of, of: "metric", metric: outcome.metric, sum: Math.round(value * MILLION) } };
}

const PROBLEMS = {
	malformed: "it is no prediction's id",
	short: "it is the id of an error, of a pinned version, or of a release before outcomes: nothing can be attributed to it",
	forged: "it was not made by this installation, or it was changed",
};

/** How far the prediction was off. */
function errorOf({ value }: SealedPrediction, label: string | number | boolean | null) {
	switch (value.kind) {
		case "none":
			throw new HeadgateError("outcome.no-value", "the prediction has no value that a label could be held against");
		case "digest":
			return { wrong: value.digest === digestOfLabel(label) ? 0 : 1, absoluteError: 0, squaredError: 0 };
		case "number": {
			const truth = typeof label === "boolean" ? Number(label) : label;
			if (typeof truth !== "number")
				throw new HeadgateError("outcome.no-value", "the prediction is a number and the label is none");
			const error = Math.min(LARGEST, Math.abs(value.value - truth));
			const squared = Math.min(LARGEST, error ** 2);
			return {
				wrong: value.value === Math.fround(truth) ? 0 : 1,
				absoluteError: Math.round(error * MILLION),
				squaredError: Math.round(squared * MILLION),
			};
		}
	}
}

function metricValue(name: string, value: number | boolean, metrics: BusinessMetrics): number {
	const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
	if (metric === undefined) {
		const known = Object.keys(metrics).join(", ") || "none";
		throw new HeadgateError("outcome.metric", `"${name}" is not declared in business_metrics; there are: ${known}`);
	}
	const number = Number(value);
	if (metric.kind === "rate" && number !== 0 && number !== 1)
		throw new HeadgateError("outcome.metric", `${name} is a rate: its value is 0, 1, true or false, got ${number}`);
	if (Math.abs(number) > LARGEST)
		throw new HeadgateError("outcome.metric", `${name} is ${number}; at most ${LARGEST} can be counted`);
	return number;
}
