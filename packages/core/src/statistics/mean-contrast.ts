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

/** Labels may be off by 1e38, and their squares by more than any test can take: this much worse is as bad as anything. */
const LARGEST_EFFECT = 1e12;
const LEAST_VARIANCE = 1e-30;

export interface ContrastOptions {
	/** What is averaged is counted, as conversions are: its variance is no less than that of a count (bucketMean). */
	readonly counts: boolean;
	/** Stands in for the champion's mean where the bound is a number; not 0. */
	readonly limit?: number;
	/** Tolerated beside the factor, in the metric's own unit. Default 0. */
	readonly excess?: number;
	/** One arm has brought too little to know its spread, which says something by itself: both are taken to vary as they do together. */
	readonly pooled?: boolean;
}

/**
 * How far the challenger's mean is beyond `factor` times the champion's and `excess`, relative to the size of the champion's:
 * (m1 - c m0 - e) / |m0|, with the variance that this has at the boundary of the null.
 *
 *     users     v = (v1 + c^2 v0) / m0^2, each v over buckets of users (bucketMean)
 *     blocks    v = B/(B-1) sum z_b^2,  z_b = ((y1_b - m1 n1_b) / N1 - c (y0_b - m0 n0_b) / N0) / |m0|
 *
 * The larger of the two counts: requests of one user depend on each other, and so do those of one hour, which both arms meet. `pooled`: v1 and
 * v0 are no less than the variance v of both arms' buckets together, (N1 + N0) v / N1 and (N1 + N0) v / N0, and the size is
 * that of the mean of both where it is larger. Null when nothing varies or the size is 0. Source: ratio estimator over clusters (Cochran 1977, 6.3), as a contrast (Fieller 1954).
 */
export function meanContrast(
	{ challenger, champion, blocks }: MeanStratum,
	factor: number,
	{ counts, limit, excess = 0, pooled = false }: ContrastOptions,
): MeanEstimate | null {
	const floor = counts ? "counts" : "none";
	const together = pooled ? bucketMean(bothOf(challenger, champion), floor) : null;
	const estimate = (groups: readonly Group[]): MeanEstimate => {
		const { mean, variance } = bucketMean(groups, floor);
		if (together === null) return { mean, variance };
		const share = requestsOf(groups) / (requestsOf(challenger) + requestsOf(champion));
		return { mean, variance: Math.max(variance, together.variance / share) };
	};
	const one = estimate(challenger);
	const other = limit === undefined ? estimate(champion) : { mean: limit, variance: 0 };
	const size = Math.max(Math.abs(other.mean), limit === undefined ? Math.abs(together?.mean ?? 0) : 0);
	if (size === 0) return null;
	const mean = (one.mean - factor * other.mean - excess) / size;
	const users = (one.variance + factor ** 2 * other.variance) / size ** 2;
	const overBlocks = varianceOverBlocks(blocks, one.mean, other.mean, limit === undefined ? factor : 0) / size ** 2;
	const variance = Math.max(users, overBlocks);
	if (!(variance > 0) || !Number.isFinite(mean)) return null;
	const scale = Math.min(1, LARGEST_EFFECT / Math.abs(mean));
	return scale === 1 ? { mean, variance } : { mean: mean * scale, variance: Math.max(variance * scale ** 2, LEAST_VARIANCE) };
}

function bothOf(challenger: readonly Group[], champion: readonly Group[]): readonly Group[] {
	return challenger.map(({ n, sum }, bucket) => ({ n: n + (champion[bucket]?.n ?? 0), sum: sum + (champion[bucket]?.sum ?? 0) }));
}

function requestsOf(groups: readonly Group[]): number {
	return groups.reduce((total, { n }) => total + n, 0);
}

/** In the metric's unit, squared. */
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
		squares += ((challenger.sum - m1 * challenger.n) / n1 - other) ** 2;
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
