import { assertCounts } from "../assertions.ts";
import type { RateInterval } from "../beta-binomial.ts";
import { chiSquareUpperTail } from "../chi-square.ts";
import { incompleteBeta } from "../incomplete-beta.ts";
import { normalQuantile } from "../normal.ts";

/** Wilson's interval for a rate after k of n (n above 0), right for one look. `confidence` in (0, 1), such as 0.95. Source: Wilson 1927. */
export function wilsonInterval(k: number, n: number, confidence: number): RateInterval {
	assertCounts(k, n, "the sample");
	const z = normalQuantile(0.5 + confidence / 2);
	const rate = k / n;
	const centre = rate + z ** 2 / (2 * n);
	const half = z * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
	const scale = 1 + z ** 2 / n;
	return { low: k === 0 ? 0 : (centre - half) / scale, high: k === n ? 1 : (centre + half) / scale };
}

/** The interval of Clopper & Pearson 1934: never covers less than it says, often more. */
export function clopperPearsonInterval(k: number, n: number, confidence: number): RateInterval {
	assertCounts(k, n, "the sample");
	const tail = (1 - confidence) / 2;
	return {
		low: k === 0 ? 0 : root((p) => incompleteBeta(k, n - k + 1, p) > tail),
		high: k === n ? 1 : root((p) => incompleteBeta(k + 1, n - k, p) > 1 - tail),
	};
}

/** Newcombe's interval (1998, method 10) for the difference of two rates k1/n1 - k0/n0. */
export function newcombeDifference(
	k1: number,
	n1: number,
	k0: number,
	n0: number,
	confidence: number,
): RateInterval & { readonly difference: number } {
	const one = wilsonInterval(k1, n1, confidence);
	const other = wilsonInterval(k0, n0, confidence);
	const [p1, p0] = [k1 / n1, k0 / n0];
	return {
		difference: p1 - p0,
		low: p1 - p0 - Math.hypot(p1 - one.low, other.high - p0),
		high: p1 - p0 + Math.hypot(one.high - p1, p0 - other.low),
	};
}

/** McNemar's test of paired answers, b and c the discordant counts: the exact two-sided p-value and the one with chi-square. */
export function mcNemar(b: number, c: number): { readonly exactP: number; readonly chiSquare: number; readonly p: number } {
	const n = b + c;
	if (n === 0) return { exactP: 1, chiSquare: 0, p: 1 };
	const most = Math.max(b, c);
	// P(X >= most) of a fair coin thrown n times.
	const tail = most === 0 ? 1 : incompleteBeta(most, n - most + 1, 0.5);
	const chiSquare = Math.max(0, Math.abs(b - c) - 1) ** 2 / n;
	return { exactP: Math.min(1, 2 * tail), chiSquare, p: chiSquareUpperTail(chiSquare, 1) };
}

/** The smallest p in (0, 1) at which `above` holds, down to the last bit; it must hold from there on. */
function root(above: (p: number) => boolean): number {
	let low = 0;
	let high = 1;
	for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
		if (above(middle)) high = middle;
		else low = middle;
	}
	return high;
}
