import { MILLIONTHS, type OutcomeCount } from "@headgate/core/analysis";
import type { BusinessMetrics } from "@headgate/core/plan";
import { digestOfLabel, HeadgateError, type Outcome, type PredictionSealer, type SealedPrediction } from "@headgate/protocol";

/** Of a business metric: sums of what is larger would not be exact any more. */
const LARGEST = 1e9;
/** Of a true answer: a prediction is a float32 and never larger. */
const LARGEST_LABEL = 3.4e38;

interface KnownEndpoint {
	readonly name: string;
	readonly businessMetrics: BusinessMetrics;
}

/** Which endpoint and arm a tag in a prediction's id stands for. */
export interface Directory {
	endpoint(tag: string): KnownEndpoint | undefined;
	arm(endpoint: string, tag: string): string | undefined;
}

export interface Attributed {
	readonly endpoint: KnownEndpoint;
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
	if ("label" in outcome) return { endpoint, count: { ...of, of: "label", ...errorOf(prediction, outcome.label) } };
	return {
		endpoint,
		count: { ...of, of: "metric", metric: outcome.metric, sum: Math.round(Number(outcome.value) * MILLIONTHS) },
	};
}

/** Throws `outcome.metric` for a value that the endpoint's metrics cannot have. */
export function requireDeclared(outcome: Outcome, { businessMetrics }: KnownEndpoint): void {
	if ("label" in outcome) return;
	const { metric: name, value } = outcome;
	const metric = Object.hasOwn(businessMetrics, name) ? businessMetrics[name] : undefined;
	if (metric === undefined) {
		const known = Object.keys(businessMetrics).join(", ") || "none";
		throw new HeadgateError("outcome.metric", `"${name}" is not declared in business_metrics; there are: ${known}`);
	}
	const number = Number(value);
	if (metric.kind === "rate" && number !== 0 && number !== 1)
		throw new HeadgateError("outcome.metric", `${name} is a rate: its value is 0, 1, true or false, got ${number}`);
	if (Math.abs(number) > LARGEST)
		throw new HeadgateError("outcome.metric", `${name} is ${number}; at most ${LARGEST} can be counted`);
}

const PROBLEMS = {
	malformed: "it is no prediction's id",
	short: "it is the id of an error, of a pinned version, or of a release before outcomes: nothing can be attributed to it",
	forged: "it was not made by this installation, or it was changed",
};

type Label = string | number | boolean | null;

/** How far the prediction was off. Errors whose squares add up to more than 9e9 are no whole millionths any more, but still true. */
function errorOf({ value }: SealedPrediction, label: Label) {
	switch (value.kind) {
		case "none":
			throw new HeadgateError("outcome.no-value", "the prediction has no value that a label could be held against");
		case "digest":
			return { wrong: isText(value.digest, label) ? 0 : 1, absoluteError: 0, squaredError: 0 };
		case "number": {
			const truth = numberOf(label);
			if (truth === null) throw new HeadgateError("outcome.no-value", "the prediction is a number and the label is none");
			const error = Math.abs(value.value - truth);
			return {
				wrong: value.value === Math.fround(truth) ? 0 : 1,
				absoluteError: Math.round(error * MILLIONTHS),
				squaredError: Math.round(error ** 2 * MILLIONTHS),
			};
		}
	}
}

/** A class named "7" was meant by 7 too: files of labels do not say what is a text. */
function isText(digest: string, label: Label): boolean {
	return digestOfLabel(label === null ? null : String(label)) === digest;
}

/** A number, also as the text of one; true and false as the 1 and 0 that stand in an id. Null when it is none. */
function numberOf(label: Label): number | null {
	if (label === true || label === "true") return 1;
	if (label === false || label === "false") return 0;
	const number = typeof label === "string" && label.trim() !== "" ? Number(label) : label;
	return typeof number === "number" && Math.abs(number) <= LARGEST_LABEL ? number : null;
}
