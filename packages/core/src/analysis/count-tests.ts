import type { Gate } from "../plan/index.ts";
import {
	type AbsoluteOptions,
	ATTRIBUTION_DELTA,
	absoluteLimitOptions,
	type BothSides,
	type CompareOptions,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "../statistics/index.ts";
import type { JudgeRules } from "./judge-rules.ts";

/** Which test judges a gate that counts answers (errors, exceedances, wrong labels). */
export type CountTests =
	| { readonly kind: "compare"; readonly sides: BothSides<CompareOptions> }
	/** `guard`: the challenger must also be worse than the champion; null where the gate is literal. */
	| { readonly kind: "absolute"; readonly sides: BothSides<AbsoluteOptions>; readonly guard: CompareOptions | null };

/**
 * @param rules of the judge that begins the tests; default this release's. Throws for a gate whose metric is a mean.
 */
export function countTestsOf(gate: Gate, rules?: Pick<JudgeRules, "ratiosKnowTotal">): CountTests {
	const { bound, metric } = gate;
	if (metric.name === "business") throw new Error(`"${gate.text}" is on a mean and counts nothing`);
	if (bound.kind === "absolute") {
		const guard = gate.attribution ? errorWithinOptions(ATTRIBUTION_DELTA).fail : null;
		return { kind: "absolute", sides: absoluteLimitOptions(toleratedShare(gate)), guard };
	}
	if (metric.name === "latency") return { kind: "compare", sides: quantileExceedanceOptions(metric.percentile) };
	if (bound.relative !== 0) {
		return { kind: "compare", sides: errorRatioOptions(1 + bound.relative, rules?.ratiosKnowTotal === true ? "cond" : "ewma") };
	}
	// accuracy >= champion - 1pp: wrong answers may be 1pp more.
	return { kind: "compare", sides: errorWithinOptions(Math.abs(bound.absolute)) };
}

/** tau: the share of requests that may be over the limit of an absolute gate. */
function toleratedShare({ metric, bound }: Gate): number {
	const value = bound.kind === "absolute" ? bound.value : 0;
	if (metric.name === "latency") return 1 - metric.percentile;
	// accuracy >= 90%: a tenth may be wrong.
	return metric.name === "quality" ? 1 - value : value;
}
