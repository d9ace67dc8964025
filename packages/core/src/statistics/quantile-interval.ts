import { assert } from "./assertions.ts";
import { betaBinomialLogE } from "./beta-binomial.ts";

/** Order statistics by rank, 1-based; 0 stands for minus infinity, n + 1 for plus infinity. */
export interface RankInterval {
	readonly low: number;
	readonly high: number;
}

/**
 * The confidence sequence for the quantile `p` (0 < p < 1) after n values: it lies between the two order statistics at all times
 * together with probability 1 - alpha. For showing, not for deciding. Ranks whose count k = #(x <= q) the beta-binomial e-process at
 * p has not refused. Source: Howard & Ramdas, Bernoulli 2022 (arXiv:1906.09712), fixed-quantile form.
 */
export function quantileRanks(n: number, p: number, alpha: number, a = 0.5, b = 0.5): RankInterval {
	assert(Number.isSafeInteger(n) && n >= 0, () => `n is ${n}; expected a whole number from 0`);
	assert(alpha > 0 && alpha < 1, () => `alpha is ${alpha}; expected 0 < alpha < 1`);
	if (n === 0) return { low: 0, high: 1 };
	const threshold = Math.log(1 / alpha);
	const covers = (k: number): boolean => betaBinomialLogE(k, n, p, a, b) < threshold;
	const middle = Math.min(n, Math.max(0, Math.round(n * p)));
	return { low: lastCovered(middle, 0, covers), high: lastCovered(middle, n, covers) + 1 };
}

/** Bisects between a covered count and an end; evidence only grows on the way out. */
function lastCovered(inside: number, end: number, covers: (k: number) => boolean): number {
	if (covers(end)) return end;
	let covered = inside;
	let refused = end;
	while (Math.abs(refused - covered) > 1) {
		const middle = Math.trunc((covered + refused) / 2);
		if (covers(middle)) covered = middle;
		else refused = middle;
	}
	return covered;
}
