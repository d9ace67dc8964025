import { type AbsoluteProcess, createAbsoluteProcess } from "../absolute-process.ts";
import { type CompareOptions, type CompareProcess, createCompareProcess } from "../compare-process.ts";
import {
	ATTRIBUTION_DELTA,
	absoluteLimitOptions,
	type BothSides,
	CRASH_OPTIONS,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "../preset-options.ts";

/** The preset tests of gates, running; analysis/count-evidence.ts runs them for a rollout. */
export function errorWithin(delta: number): BothSides<CompareProcess> {
	return compared(errorWithinOptions(delta));
}

export function errorRatio(rho: number): BothSides<CompareProcess> {
	return compared(errorRatioOptions(rho));
}

export function quantileExceedance(percentile: number): BothSides<CompareProcess> {
	return compared(quantileExceedanceOptions(percentile));
}

export function absoluteLimit(tau: number): BothSides<AbsoluteProcess> {
	const { fail, pass } = absoluteLimitOptions(tau);
	return { fail: createAbsoluteProcess(fail), pass: createAbsoluteProcess(pass) };
}

export function attributionGuard(): CompareProcess {
	return errorWithin(ATTRIBUTION_DELTA).fail;
}

export function crashGate(): CompareProcess {
	return createCompareProcess(CRASH_OPTIONS);
}

function compared({ fail, pass }: BothSides<CompareOptions>): BothSides<CompareProcess> {
	return { fail: createCompareProcess(fail), pass: createCompareProcess(pass) };
}
