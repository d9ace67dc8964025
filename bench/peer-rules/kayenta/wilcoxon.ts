import { normalQuantile } from "@headgate/core/statistics";

/**
 * The rank-sum statistic of x - mu against y in standard deviations, less a quantile: continuity corrected, variance corrected for ties. As R's
 * wilcox.test has it, which Kayenta follows (kayenta-mannwhitney, MannWhitney.scala). Larger x give larger values.
 */
export function wilcoxonDifference(mu: number, quantile: number, x: readonly number[], y: readonly number[]): number {
	const { rankSum, ties } = ranked(
		x.map((value) => value - mu),
		y,
	);
	const [n, m] = [x.length, y.length];
	const distance = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
	const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
	return (distance - Math.sign(distance) * 0.5) / sigma - quantile;
}

export interface Shift {
	readonly low: number;
	readonly high: number;
	readonly estimate: number;
}

/** Confidence interval and estimate of how far x lies above y. */
export function shiftInterval(x: readonly number[], y: readonly number[], confidence: number): Shift {
	const quantile = -normalQuantile((1 - confidence) / 2);
	const low = Math.min(...x) - Math.max(...y);
	const high = Math.max(...x) - Math.min(...y);
	const at = (q: number) => root((mu) => wilcoxonDifference(mu, q, x, y), low, high);
	return { low: at(quantile), high: at(-quantile), estimate: at(0) };
}

/** Of the range searched: how near to 0 a root is 0. */
const NOTHING = 1e-9;

/**
 * The statistic falls as mu rises; where both ends lie on one side, that end is the answer. Among values that are mostly the same (no errors
 * in either arm) it jumps at 0, and halving ends a hair beside it, on either side: that hair is no shift.
 */
function root(of: (mu: number) => number, low: number, high: number): number {
	if (!(of(low) > 0)) return low;
	if (!(of(high) < 0)) return high;
	let [from, to] = [low, high];
	for (let i = 0; i < 100 && to - from > 1e-12 * Math.max(1e-6, Math.abs(from), Math.abs(to)); i++) {
		const middle = (from + to) / 2;
		if (of(middle) > 0) from = middle;
		else to = middle;
	}
	const found = (from + to) / 2;
	return Math.abs(found) <= NOTHING * (high - low) ? 0 : found;
}

function ranked(x: readonly number[], y: readonly number[]): { readonly rankSum: number; readonly ties: number } {
	const all = [...x.map((value) => ({ value, ofX: true })), ...y.map((value) => ({ value, ofX: false }))];
	all.sort((a, b) => a.value - b.value);
	let rankSum = 0;
	let ties = 0;
	for (let from = 0; from < all.length; ) {
		let to = from;
		while (to < all.length && all[to]!.value === all[from]!.value) to++;
		for (let at = from; at < to; at++) if (all[at]!.ofX) rankSum += (from + 1 + to) / 2;
		ties += (to - from) ** 3 - (to - from);
		from = to;
	}
	return { rankSum, ties };
}
