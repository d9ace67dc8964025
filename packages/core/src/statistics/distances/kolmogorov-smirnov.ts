import { assert, assertBetween } from "../assertions.ts";

/** The largest distance between the empirical distribution functions of two samples (each at least one value). */
export function kolmogorovSmirnov(x: readonly number[], y: readonly number[]): number {
	assert(x.length > 0 && y.length > 0, () => `${x.length} and ${y.length} values; expected at least 1 each`);
	const a = [...x].sort((p, q) => p - q);
	const b = [...y].sort((p, q) => p - q);
	let largest = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length; ) {
		const value = Math.min(a[i]!, b[j]!);
		while (i < a.length && a[i] === value) i++;
		while (j < b.length && b[j] === value) j++;
		largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
	}
	return largest;
}

/** The same from counts per bin with the same edges: a lower bound of it, exact at the edges. */
export function binnedKolmogorovSmirnov(reference: readonly number[], current: readonly number[]): number {
	const m = reference.reduce((total, count) => total + count, 0);
	const n = current.reduce((total, count) => total + count, 0);
	assert(reference.length === current.length && m > 0 && n > 0, () => `${m} and ${n} rows in bins; expected at least 1 each`);
	let difference = 0;
	let largest = 0;
	reference.forEach((count, index) => {
		difference += current[index]! / n - count / m;
		largest = Math.max(largest, Math.abs(difference));
	});
	return largest;
}

/**
 * P(K >= x) of the limiting Kolmogorov distribution, x >= 0: 2 sum (-1)^(k-1) exp(-2 k^2 x^2), below 1 its theta form, which converges
 * where that does not. Absolute error below 1e-14. For two samples x = sqrt(n m / (n + m)) D.
 */
export function kolmogorovUpperTail(x: number): number {
	assertBetween(x, 0, 1e6, "x of kolmogorovUpperTail");
	if (x < 0.04) return 1;
	if (x < 1) {
		const base = Math.exp(-(Math.PI ** 2) / (8 * x ** 2));
		let lower = 0;
		for (let k = 1; k <= 9; k += 2) lower += base ** (k * k);
		return 1 - (Math.sqrt(2 * Math.PI) / x) * lower;
	}
	let total = 0;
	for (let k = 1; k <= 20; k++) total += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
	return total;
}

/**
 * The exact p-value of a two-sample distance, by counting lattice paths that stay closer than it (O(n m) time, n m up to about 1e7).
 * With ties it is conservative. Source: Hodges 1958.
 */
export function kolmogorovSmirnovExactP(distance: number, n: number, m: number): number {
	// Just below the observed distance: a path that reaches it counts as reaching.
	const inside = (0.5 + Math.floor(distance * n * m - 1e-7)) / (n * m);
	const paths = new Float64Array(m + 1);
	for (let j = 0; j <= m; j++) paths[j] = j / m > inside ? 0 : 1;
	for (let i = 1; i <= n; i++) {
		const weight = i / (i + m);
		paths[0] = i / n > inside ? 0 : weight * paths[0]!;
		for (let j = 1; j <= m; j++) {
			paths[j] = Math.abs(i / n - j / m) > inside ? 0 : weight * paths[j]! + paths[j - 1]!;
		}
	}
	return Math.min(1, Math.max(0, 1 - paths[m]!));
}

/**
 * p-value of "the true distance is at most `tolerated`" (0 to 1): min(1, 2 exp(-2 n_e (D - d0)^2)) with n_e = n m / (n + m). A bound, so
 * it errs to the quiet side. Source: Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990.
 */
export function kolmogorovSmirnovRelevanceP(distance: number, n: number, m: number, tolerated: number): number {
	const excess = Math.max(0, distance - tolerated);
	return Math.min(1, 2 * Math.exp((-2 * n * m * excess ** 2) / (n + m)));
}
