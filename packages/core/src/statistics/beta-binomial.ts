import { assert, assertCounts } from "./assertions.ts";
import { lnBeta } from "./ln-gamma.ts";

/**
 * ln E of the beta-binomial mixture against "the rate is exactly p", after k of n: both directions, valid at every n at once.
 *
 *     ln B(a + k, b + n - k) - ln B(a, b) - k ln p - (n - k) ln(1 - p)
 *
 * Ranges: 0 < p < 1, prior a, b > 0 (default 1/2, Jeffreys). Source: Robbins 1970; Howard & Ramdas 2022 (arXiv:1906.09712).
 */
export function betaBinomialLogE(k: number, n: number, p: number, a = 0.5, b = 0.5): number {
	assertCounts(k, n, "the arm");
	assert(p > 0 && p < 1 && a > 0 && b > 0, () => `p=${p}, a=${a}, b=${b}; expected 0 < p < 1 and a, b above 0`);
	return lnBeta(a + k, b + n - k) - lnBeta(a, b) - k * Math.log(p) - (n - k) * Math.log1p(-p);
}

/** A closed interval of rates, as ratios. */
export interface RateInterval {
	readonly low: number;
	readonly high: number;
}

/**
 * Confidence sequence for a rate after k of n: the rates against which ln E stays below ln(1/alpha). It covers the true rate at
 * all times together with probability at least 1 - alpha (0 < alpha < 1), so it may be shown live. For n = 0 it is [0, 1].
 */
export function betaBinomialInterval(k: number, n: number, alpha: number, a = 0.5, b = 0.5): RateInterval {
	assertCounts(k, n, "the arm");
	assert(alpha > 0 && alpha < 1, () => `alpha is ${alpha}; expected 0 < alpha < 1`);
	if (n === 0) return { low: 0, high: 1 };
	const threshold = Math.log(1 / alpha);
	const covers = (p: number) => betaBinomialLogE(k, n, p, a, b) < threshold;
	return {
		low: k === 0 ? 0 : boundary(k / n, 0, covers),
		high: k === n ? 1 : boundary(k / n, 1, covers),
	};
}

/** Bisects between `inside`, which is covered, and `outside`, which is not, down to the last bit. */
function boundary(inside: number, outside: number, covers: (p: number) => boolean): number {
	let covered = inside;
	let refused = outside;
	for (;;) {
		const middle = (covered + refused) / 2;
		if (middle === covered || middle === refused) return refused === 0 || refused === 1 ? covered : middle;
		if (middle > 0 && middle < 1 && covers(middle)) covered = middle;
		else refused = middle;
	}
}
