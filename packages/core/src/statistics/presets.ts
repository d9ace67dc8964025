import { type AbsoluteProcess, createAbsoluteProcess } from "./absolute-process.ts";
import { type CompareOptions, type CompareProcess, createCompareProcess } from "./compare-process.ts";
import {
	absoluteLimitOptions,
	type BothSides,
	CRASH_OPTIONS,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "./preset-options.ts";

/** The two one-sided tests of one gate, running. */
export type GateProcesses<P> = BothSides<P>;

/** Excess error rate that is tolerated when an absolute limit asks whether the challenger is also worse than the champion. */
export const ATTRIBUTION_DELTA = 0.001;

/**
 * "error_rate <= champion + delta", delta a ratio from 0 to 1 (0.5pp is 0.005). With delta 0 the pass side can only succeed
 * when the challenger is strictly better: equality cannot be proven.
 */
export function errorWithin(delta: number): GateProcesses<CompareProcess> {
	return compared(errorWithinOptions(delta));
}

/** "error_rate <= champion times rho": `champion + 50%` is rho 1.5. Range 0.01 to 100. */
export function errorRatio(rho: number): GateProcesses<CompareProcess> {
	return compared(errorRatioOptions(rho));
}

/**
 * "latency_pX <= champion + tolerance", by exceedances: feed the challenger's count above (1 + tolerance) q and the champion's
 * above q, where q is the champion's frozen percentile. `percentile` as a share, from 0.5 to below 1 (0.95 for p95).
 */
export function quantileExceedance(percentile: number): GateProcesses<CompareProcess> {
	return compared(quantileExceedanceOptions(percentile));
}

/** "rate <= tau" of one arm, tau a ratio in (0, 1); for a latency percentile X the rate of exceedances and tau = 1 - X. */
export function absoluteLimit(tau: number): GateProcesses<AbsoluteProcess> {
	const { fail, pass } = absoluteLimitOptions(tau);
	return { fail: createAbsoluteProcess(fail), pass: createAbsoluteProcess(pass) };
}

/**
 * Beside an absolute limit: is the challenger worse than the champion by more than 0.1pp? The gate's evidence is the minimum of
 * both (an e-value for "within the limit or no worse than the champion"), so trouble that hits both arms blames neither.
 */
export function attributionGuard(): CompareProcess {
	return errorWithin(ATTRIBUTION_DELTA).fail;
}

/** Always on: a challenger whose error rate is more than 10pp above the champion's. Quick (every window counts) and blunt. */
export function crashGate(): CompareProcess {
	return createCompareProcess(CRASH_OPTIONS);
}

function compared({ fail, pass }: BothSides<CompareOptions>): GateProcesses<CompareProcess> {
	return { fail: createCompareProcess(fail), pass: createCompareProcess(pass) };
}
