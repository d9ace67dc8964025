import type { AbsoluteOptions } from "./absolute-process.ts";
import { assert } from "./assertions.ts";
import type { CompareOptions } from "./compare-process.ts";
import {
	ABOVE_LIMIT_GRID,
	BELOW_LIMIT_GRID,
	BETTER_ODDS_GRID,
	CRASH_GRID,
	EXCESS_GRID,
	SLACK_GRID,
	WORSE_ODDS_GRID,
} from "./grids.ts";
import { EVERY_MINUTE } from "./restarts.ts";

/** The two one-sided tests of one gate: `fail` gathers evidence of harm, `pass` evidence that the tolerance is kept. */
export interface BothSides<T> {
	readonly fail: T;
	readonly pass: T;
}

const ERROR_KAPPA = 0.3;
/** A prior only steers the first bets; percentiles beyond 99.9999 begin from this one. */
const LOWEST_EXCEEDANCE_PRIOR = 1e-6;

/** See `errorWithin`. */
export function errorWithinOptions(delta: number): BothSides<CompareOptions> {
	if (delta === 0) return { fail: { grid: EXCESS_GRID, mode: "cond" }, pass: errorPassByOdds({ mode: "cond" }) };
	return { fail: { delta, grid: EXCESS_GRID }, pass: { delta, grid: SLACK_GRID, side: "pass" } };
}

/** See `errorRatio`. Its bets know only the past: with rho other than 1 one that knows the window's total wins without harm (bets.ts). */
export function errorRatioOptions(rho: number, mode: "ewma" | "cond" = "ewma"): BothSides<CompareOptions> {
	return { fail: { rho, grid: EXCESS_GRID, mode }, pass: errorPassByOdds({ rho, mode }) };
}

/** See `quantileExceedance`. */
export function quantileExceedanceOptions(percentile: number): BothSides<CompareOptions> {
	assert(percentile >= 0.5 && percentile < 1, () => `percentile is ${percentile}; expected a share from 0.5 to below 1`);
	const p0 = Math.max(1 - percentile, LOWEST_EXCEEDANCE_PRIOR);
	return {
		fail: { grid: WORSE_ODDS_GRID, alternative: "odds", mode: "cond", p0 },
		pass: { grid: BETTER_ODDS_GRID, alternative: "odds", mode: "cond", side: "pass", p0 },
	};
}

/** See `absoluteLimit`. */
export function absoluteLimitOptions(tau: number): BothSides<AbsoluteOptions> {
	return {
		fail: { tau, stakes: ABOVE_LIMIT_GRID, restarts: EVERY_MINUTE },
		pass: { tau, stakes: BELOW_LIMIT_GRID },
	};
}

/** See `crashGate`. */
export const CRASH_OPTIONS: CompareOptions = {
	delta: 0.1,
	grid: CRASH_GRID,
	blockWindows: 1,
	capNats: 2,
	kappa: 0,
	restarts: { kind: "endless", everyWindows: 30, firstWeight: 0.3 },
};

function errorPassByOdds(of: Pick<CompareOptions, "rho" | "mode">): CompareOptions {
	return { ...of, grid: BETTER_ODDS_GRID, alternative: "odds", side: "pass", kappa: ERROR_KAPPA };
}
