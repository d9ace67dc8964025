import type { Gate } from "../plan/index.ts";
import {
	absoluteLimit,
	attributionGuard,
	type CompareProcess,
	errorRatio,
	errorWithin,
	quantileExceedance,
} from "../statistics/index.ts";

/** Counts of one gate in one window: k of n are over its limit, for challenger (1) and champion (0). */
export interface Counts {
	readonly k1: number;
	readonly n1: number;
	readonly k0: number;
	readonly n0: number;
}

/** What a gate on counts (errors, exceedances, wrong answers) has gathered on both sides since the rollout began. */
export interface CountEvidence {
	update(counts: Counts): void;
	/** ln E of the fail side; `literal` leaves the attribution to the challenger out of an absolute gate. */
	logEFail(literal: boolean): number;
	logEPass(): number;
	/** phi by which the fail side's evidence is divided now; 1 where nothing is tempered. */
	dispersion(): number;
}

/** The evidence of a gate on error_rate, latency or accuracy. Throws for one whose metric is a mean. */
export function createCountEvidence(gate: Gate): CountEvidence {
	return gate.bound.kind === "absolute" ? absolute(gate) : relative(gate);
}

function relative(gate: Gate): CountEvidence {
	const { bound, metric } = gate;
	if (bound.kind !== "champion") throw new Error(`no relative judge for "${gate.text}"`);
	const sides =
		metric.name === "latency"
			? quantileExceedance(metric.percentile)
			: bound.relative !== 0
				? errorRatio(1 + bound.relative)
				: // accuracy >= champion - 1pp: wrong answers may be 1pp more.
					errorWithin(Math.abs(bound.absolute));
	return {
		update: ({ k1, n1, k0, n0 }) => {
			sides.fail.update(k1, n1, k0, n0);
			sides.pass.update(k1, n1, k0, n0);
		},
		logEFail: () => sides.fail.logE(),
		logEPass: () => sides.pass.logE(),
		dispersion: () => sides.fail.dispersion(),
	};
}

function absolute(gate: Gate): CountEvidence {
	const sides = absoluteLimit(toleratedShare(gate));
	const guard: CompareProcess | null = gate.attribution ? attributionGuard() : null;
	return {
		update: ({ k1, n1, k0, n0 }) => {
			sides.fail.update(k1, n1);
			sides.pass.update(k1, n1);
			guard?.update(k1, n1, k0, n0);
		},
		logEFail: (literal) => (literal || guard === null ? sides.fail.logE() : Math.min(sides.fail.logE(), guard.logE())),
		logEPass: () => sides.pass.logE(),
		dispersion: () => guard?.dispersion() ?? 1,
	};
}

/** tau: the share of requests that may be over the limit of an absolute gate. */
export function toleratedShare({ metric, bound, text }: Gate): number {
	if (bound.kind !== "absolute") throw new Error(`no absolute judge for "${text}"`);
	if (metric.name === "latency") return 1 - metric.percentile;
	// accuracy >= 90%: a tenth may be wrong.
	return metric.name === "quality" ? 1 - bound.value : bound.value;
}
