import { assert } from "../assertions.ts";
import { logNormalCdf } from "../normal.ts";

/** Mann-Whitney U of x (pairs in which x is larger, ties half) and its two-sided p-value. */
export interface RankTest {
	readonly u: number;
	readonly p: number;
}

/**
 * Mann-Whitney U of two samples, with the normal approximation: continuity correction, variance corrected for ties. Right from about
 * 8 values each. Source: Mann & Whitney 1947.
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): RankTest {
	const { u, ties } = countPairs(x, y);
	const n = x.length;
	const m = y.length;
	const total = n + m;
	const sd = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
	if (sd === 0) return { u, p: 1 };
	const z = (Math.max(u, n * m - u) - (n * m) / 2 - 0.5) / sd;
	return { u, p: Math.min(1, 2 * Math.exp(logNormalCdf(-z))) };
}

/** The same with the exact distribution of U, for samples without ties (O(n^2 m) time; up to a few hundred values). */
export function mannWhitneyExact(x: readonly number[], y: readonly number[]): RankTest {
	const { u } = countPairs(x, y);
	const most = x.length * y.length;
	// Ways to choose the ranks of x, by their U: the product of (1 - q^(m+i)) / (1 - q^i).
	const ways = new Float64Array(most + 1);
	ways[0] = 1;
	let all = 1;
	for (let i = 1; i <= x.length; i++) {
		for (let at = most; at >= y.length + i; at--) ways[at]! -= ways[at - y.length - i]!;
		for (let at = i; at <= most; at++) ways[at]! += ways[at - i]!;
		all *= (y.length + i) / i;
	}
	const from = Math.ceil(Math.max(u, most - u));
	let tail = 0;
	for (let at = from; at <= most; at++) tail += ways[at]!;
	return { u, p: Math.min(1, (2 * tail) / all) };
}

/** The median of all differences y - x: by how much y lies higher. Source: Hodges & Lehmann 1963. */
export function hodgesLehmannShift(x: readonly number[], y: readonly number[]): number {
	const differences = y.flatMap((b) => x.map((a) => b - a)).sort((a, b) => a - b);
	const middle = differences.length / 2;
	const upper = differences[Math.floor(middle)]!;
	return differences.length % 2 === 1 ? upper : (differences[middle - 1]! + upper) / 2;
}

function countPairs(x: readonly number[], y: readonly number[]): { u: number; ties: number } {
	assert(x.length > 0 && y.length > 0, () => `${x.length} and ${y.length} values; expected at least 1 each`);
	const all = [...x.map((value) => ({ value, ofX: true })), ...y.map((value) => ({ value, ofX: false }))];
	all.sort((a, b) => a.value - b.value);
	let ranksOfX = 0;
	let ties = 0;
	for (let from = 0; from < all.length; ) {
		let to = from;
		while (to < all.length && all[to]!.value === all[from]!.value) to++;
		const rank = (from + 1 + to) / 2;
		for (let at = from; at < to; at++) if (all[at]!.ofX) ranksOfX += rank;
		ties += (to - from) ** 3 - (to - from);
		from = to;
	}
	return { u: ranksOfX - (x.length * (x.length + 1)) / 2, ties };
}
