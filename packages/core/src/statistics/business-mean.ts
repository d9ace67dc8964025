import { assert, assertBetween } from "./assertions.ts";
import { logNormalCdf } from "./normal.ts";

/** Requests and what they brought, of one group of them: a bucket of users, or a block of time. */
export interface Group {
	/** Requests; 0 or more. */
	readonly n: number;
	/** The sum of the metric over them: conversions, or money in any one unit. */
	readonly sum: number;
}

/** A mean per request and the variance of its estimate. */
export interface MeanEstimate {
	readonly mean: number;
	readonly variance: number;
}

/**
 * The mean per request over buckets of users, with a variance that knows that requests of one user belong together:
 *
 *     R = sum y / sum n        var R = B/(B-1) sum (y_b - R n_b)^2 / (sum n)^2
 *
 * `floor` holds it at no less than sum y / (sum n)^2, right for counts such as conversions. At least two buckets and one request.
 * Source: the ratio estimator over clusters (Cochran, Sampling Techniques, 1977, 6.3).
 */
export function bucketMean(buckets: readonly Group[], floor: "counts" | "none" = "none"): MeanEstimate {
	const n = buckets.reduce((total, bucket) => total + bucket.n, 0);
	const sum = buckets.reduce((total, bucket) => total + bucket.sum, 0);
	assert(buckets.length >= 2 && n > 0, () => `${buckets.length} buckets with ${n} requests; expected at least 2 with at least 1`);
	const mean = sum / n;
	const squares = buckets.reduce((total, bucket) => total + (bucket.sum - mean * bucket.n) ** 2, 0);
	const variance = ((buckets.length / (buckets.length - 1)) * squares) / n ** 2;
	return { mean, variance: floor === "counts" ? Math.max(variance, Math.abs(sum) / n ** 2) : variance };
}

/**
 * How much larger the challenger's mean is than the champion's, relative to it (0.02 is 2 % more), by the delta method:
 * lift = m1/m0 - 1, variance = v1/m0^2 + (m1/m0)^2 v0/m0^2. The champion's mean must not be 0.
 */
export function relativeLift(challenger: MeanEstimate, champion: MeanEstimate): MeanEstimate {
	assert(champion.mean !== 0, () => "the champion's mean is 0; a relative lift needs another number");
	const ratio = challenger.mean / champion.mean;
	const variance = challenger.variance / champion.mean ** 2 + (ratio ** 2 * champion.variance) / champion.mean ** 2;
	return { mean: ratio - 1, variance };
}

/** Both arms in one block of time. */
export interface GroupPair {
	readonly challenger: Group;
	readonly champion: Group;
}

/** Where the mixture of effects that the test bets on lies: a relative lift of this size is found soonest. */
export const EFFECT_SCALE = 0.05;

/**
 * ln E of the one-sided normal mixture against "the shift is at most 0", from independent stages, each with its own estimate of the
 * shift (positive = harmful) and variance; stages are never pooled (Simpson).
 *
 *     I = sum 1/v_s    S = sum shift_s / v_s    z = S tau / sqrt(1 + I tau^2)
 *     ln E = -0.5 ln(1 + I tau^2) + z^2 / 2 + ln(2 Phi(z))
 *
 * Asymptotic: it holds once each stage has about 20 conversions per arm. Source: Robbins 1970; Waudby-Smith et al., AoS 2024
 * (arXiv:2103.06476).
 */
export function meanShiftLogE(stages: readonly MeanEstimate[], tau = EFFECT_SCALE): number {
	assertBetween(tau, Number.MIN_VALUE, 1e6, "tau");
	let information = 0;
	let score = 0;
	for (const { mean, variance } of stages) {
		assert(variance > 0, () => `the variance of a stage is ${variance}; expected above 0`);
		information += 1 / variance;
		score += mean / variance;
	}
	const spread = 1 + information * tau ** 2;
	const z = (score * tau) / Math.sqrt(spread);
	return -0.5 * Math.log(spread) + z ** 2 / 2 + Math.LN2 + logNormalCdf(z);
}

/**
 * Half the width of the confidence sequence around a shift of this variance, true at all times together with probability 1 - alpha
 * (asymptotic): sqrt((I + 1/tau^2) (ln(1 + I tau^2) + 2 ln(1/alpha))) / I with I = 1/variance.
 */
export function meanHalfWidth(variance: number, alpha: number, tau = EFFECT_SCALE): number {
	assert(
		variance > 0 && alpha > 0 && alpha < 1,
		() => `variance=${variance}, alpha=${alpha}; expected above 0, and 0 < alpha < 1`,
	);
	const information = 1 / variance;
	const width = Math.log(1 + information * tau ** 2) + 2 * Math.log(1 / alpha);
	return Math.sqrt((information + 1 / tau ** 2) * width) / information;
}
