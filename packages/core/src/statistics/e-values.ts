import { assert, assertBetween } from "./assertions.ts";

/** The weighted mean of e-values: an e-value again, however they depend on each other. Weights are 0 or more and sum to 1. */
export function averageE(eValues: readonly number[], weights: readonly number[]): number {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	assert(
		eValues.length === weights.length && Math.abs(total - 1) < 1e-9,
		() => `${weights.length} weights sum to ${total}; expected 1`,
	);
	return eValues.reduce((sum, e, index) => sum + e * weights[index]!, 0);
}

/**
 * Which of several nulls to reject so that, of those rejected, at most a share `alpha` is true on average: the indices, ascending, of
 * the k largest with e_(k) >= K / (alpha k), for the largest such k. Holds under any dependence.
 * Source: Wang & Ramdas, False discovery rate control with e-values, JRSSB 2022 (e-BH).
 */
export function rejectByEValues(eValues: readonly number[], alpha: number): number[] {
	assert(alpha > 0 && alpha <= 1, () => `alpha is ${alpha}; expected 0 < alpha <= 1`);
	const order = eValues.map((_, index) => index).sort((a, b) => eValues[b]! - eValues[a]!);
	let count = 0;
	order.forEach((index, rank) => {
		if (eValues[index]! >= eValues.length / (alpha * (rank + 1))) count = rank + 1;
	});
	return order.slice(0, count).sort((a, b) => a - b);
}

/**
 * An e-value from a p-value (0 < p <= 1): (1 - p + p ln p) / (p (ln p)^2), 1/2 at p = 1. It is the mean over all calibrators
 * kappa p^(kappa - 1). Source: Vovk & Wang, AoS 2021.
 */
export function eFromP(p: number): number {
	assertBetween(p, Number.MIN_VALUE, 1, "p of eFromP");
	const log = Math.log(p);
	// Near 1 the quotient loses all its digits: -p ln p - (1 - p) as a series in ln p.
	if (log > -1e-4) return 0.5 - log / 6 + log ** 2 / 24;
	return (1 - p + p * log) / (p * log ** 2);
}
