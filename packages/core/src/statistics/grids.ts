import { assert } from "./assertions.ts";

/**
 * `points` numbers from `low` to `high`, each the same multiple of the one before: the sizes of harm a gate bets on.
 * Ranges: 0 < low < high, points >= 2. `geometricGrid(1, 100, 3)` is about `[1, 10, 100]`.
 */
export function geometricGrid(low: number, high: number, points: number): readonly number[] {
	assert(
		low > 0 && high > low && Number.isInteger(points) && points >= 2,
		() => `grid from ${low} to ${high} in ${points} points; expected 0 < low < high and at least 2 points`,
	);
	const start = Math.log(low);
	const step = Math.log(high) - start;
	return Array.from({ length: points }, (_, i) => Math.exp(start + (step * i) / (points - 1)));
}

/** Excess error rates (absolute, as ratios) that the fail side of an error gate bets on: 0.1 to 60 percentage points. */
export const EXCESS_GRID = geometricGrid(0.001, 0.6, 10);
/** Shares of the tolerance that the pass side of an additive gate bets the challenger leaves unused. */
export const SLACK_GRID: readonly number[] = [0.25, 0.5, 0.75, 0.95];
/** Odds ratios above 1: an arm with more exceedances. */
export const WORSE_ODDS_GRID = geometricGrid(1.1, 12, 12);
/** Odds ratios below 1: an arm with fewer. */
export const BETTER_ODDS_GRID = geometricGrid(0.1, 0.9, 8);
/** Multiples of an absolute limit, above (fail side). */
export const ABOVE_LIMIT_GRID = geometricGrid(1.1, 40, 16);
/** Multiples of an absolute limit, below (pass side). */
export const BELOW_LIMIT_GRID: readonly number[] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95];
/** Excess error rates of a dead or dying challenger: 5 to 88 percentage points beyond the crash gate's tolerance. */
export const CRASH_GRID = geometricGrid(0.05, 0.88, 6);
