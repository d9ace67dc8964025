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

/**
 * Excess error rate that is tolerated when an absolute limit asks whether the challenger is also worse than the champion, by more than this. The
 * gate's evidence is the minimum of both (an e-value for "within the limit or no worse than the champion"), so trouble that hits both
 * arms blames neither.
 */
export const ATTRIBUTION_DELTA = 0.001;

/**
 * "error_rate <= champion + delta", delta a ratio from 0 to 1 (0.5pp is 0.005). With delta 0 the pass side can only succeed
 * when the challenger is strictly better: equality cannot be proven.
 */
export function errorWithinOptions(delta: number): BothSides<CompareOptions> {
	if (delta === 0) return { fail: { grid: EXCESS_GRID, mode: "cond" }, pass: errorPassByOdds({ mode: "cond" }) };
	return { fail: { delta, grid: EXCESS_GRID }, pass: { delta, grid: SLACK_GRID, side: "pass" } };
}

/**
 * "error_rate <= champion times rho": `champion + 50%` is rho 1.5. Range 0.01 to 100. Its bets know only the past: with rho other than 1 one
 * that knows the window's total wins without harm (bets.ts).
 */
export function errorRatioOptions(rho: number, mode: "ewma" | "cond" = "ewma"): BothSides<CompareOptions> {
	return { fail: { rho, grid: EXCESS_GRID, mode }, pass: errorPassByOdds({ rho, mode }) };
}

/**
 * "latency_pX <= champion + tolerance", by exceedances: feed the challenger's count above (1 + tolerance) q and the champion's
 * above q, where q is the champion's frozen percentile. `percentile` as a share, from 0.5 to below 1 (0.95 for p95).
 */
export function quantileExceedanceOptions(percentile: number): BothSides<CompareOptions> {
	assert(percentile >= 0.5 && percentile < 1, () => `percentile is ${percentile}; expected a share from 0.5 to below 1`);
	const p0 = Math.max(1 - percentile, LOWEST_EXCEEDANCE_PRIOR);
	return {
		fail: { grid: WORSE_ODDS_GRID, alternative: "odds", mode: "cond", p0 },
		pass: { grid: BETTER_ODDS_GRID, alternative: "odds", mode: "cond", side: "pass", p0 },
	};
}

/** "rate <= tau" of one arm, tau a ratio in (0, 1); for a latency percentile X the rate of exceedances and tau = 1 - X. */
export function absoluteLimitOptions(tau: number): BothSides<AbsoluteOptions> {
	return {
		fail: { tau, stakes: ABOVE_LIMIT_GRID, restarts: EVERY_MINUTE },
		pass: { tau, stakes: BELOW_LIMIT_GRID },
	};
}

/** Always on: a challenger whose error rate is more than 10pp above the champion's. Quick (every window counts) and blunt. */
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
