import { assert } from "./assertions.ts";
import { bucketMean, type Group, type GroupPair, type MeanEstimate, meanShiftLogE } from "./business-mean.ts";
import { logSumExp } from "./log-sum-exp.ts";
import { createRestarts } from "./restarts.ts";

/** One stretch with the same split: what each arm's requests brought, by buckets of users and by blocks of time. */
export interface MeanStratum {
	readonly challenger: readonly Group[];
	readonly champion: readonly Group[];
	/** In order of time, without gaps. */
	readonly blocks: readonly GroupPair[];
}

/**
 * How far the challenger's mean is beyond `factor` times the champion's, relative to it: (m1 - c m0) / m0, with the variance that this has at
 * the boundary of the null. `limit` stands in for the champion's mean where the bound is a number.
 *
 *     users     v = (v1 + c^2 v0) / m0^2, each v over buckets of users (bucketMean)
 *     blocks    v = B/(B-1) sum z_b^2,  z_b = ((y1_b - m1 n1_b) / N1 - c (y0_b - m0 n0_b) / N0) / m0
 *
 * The larger of the two counts: requests of one user depend on each other, and so do those of one hour, which both arms meet. Null when
 * nothing varies or the champion's mean is 0. Source: ratio estimator over clusters (Cochran 1977, 6.3), as a contrast (Fieller 1954).
 */
export function meanContrast(
	{ challenger, champion, blocks }: MeanStratum,
	factor: number,
	options: { readonly counts: boolean; readonly limit?: number },
): MeanEstimate | null {
	const floor = options.counts ? "counts" : "none";
	const one = bucketMean(challenger, floor);
	const other = options.limit === undefined ? bucketMean(champion, floor) : { mean: options.limit, variance: 0 };
	if (other.mean === 0) return null;
	const mean = (one.mean - factor * other.mean) / other.mean;
	const users = (one.variance + factor ** 2 * other.variance) / other.mean ** 2;
	const variance = Math.max(users, varianceOverBlocks(blocks, one.mean, other.mean, options.limit === undefined ? factor : 0));
	return variance > 0 && Number.isFinite(mean) ? { mean, variance } : null;
}

function varianceOverBlocks(blocks: readonly GroupPair[], m1: number, m0: number, factor: number): number {
	let used = 0;
	let [n1, n0] = [0, 0];
	for (const { challenger, champion } of blocks) {
		if (challenger.n + champion.n > 0) used++;
		n1 += challenger.n;
		n0 += champion.n;
	}
	if (used < 2 || n1 === 0 || (n0 === 0 && factor !== 0)) return 0;
	let squares = 0;
	for (const { challenger, champion } of blocks) {
		const other = factor === 0 ? 0 : (factor * (champion.sum - m0 * champion.n)) / n0;
		squares += (((challenger.sum - m1 * challenger.n) / n1 - other) / m0) ** 2;
	}
	return (used / (used - 1)) * squares;
}

/** Sizes of effect that are bet on, as relative lifts, and how much of the stake each has: percents of conversion, and errors that double. */
const EFFECTS: readonly (readonly [scale: number, weight: number])[] = [
	[0.05, 0.5],
	[0.2, 0.25],
	[1, 0.25],
];

/** ln E against "no contrast is above 0" (positive = harmful): the mixture of `meanShiftLogE` over sizes of effect; 0 without contrasts. */
export function contrastLogE(contrasts: readonly MeanEstimate[]): number {
	if (contrasts.length === 0) return 0;
	return logSumExp(EFFECTS.map(([scale, weight]) => Math.log(weight) + meanShiftLogE(contrasts, scale)));
}

/** As the gates on counts have it: most for what is wrong from the beginning. */
const FIRST_WEIGHT = 0.7;

/** The weighted sum of e-processes that start at times fixed beforehand: `starts[j]` is ln E since the j-th; those to come count as 1. */
export function startedLogE(starts: readonly number[]): number {
	assert(starts.length > 0, () => "no start; expected at least the first");
	const restarts = createRestarts({ kind: "endless", everyWindows: 1, firstWeight: FIRST_WEIGHT });
	const terms = starts.map((logE, j) => Math.log(restarts.begin(j)) + logE);
	return logSumExp([...terms, Math.log(restarts.remainingWeight())]);
}
