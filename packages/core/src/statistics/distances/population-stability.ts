import { assert } from "../assertions.ts";
import { chiSquareUpperTail } from "../chi-square.ts";
import { noncentralChiSquareUpperTail } from "./noncentral-chi-square.ts";

/** PSI beside what chance alone would give: with few rows PSI is large without any drift. */
export interface StabilityIndex {
	/** sum (a - e) ln(a / e) over the bins' shares, `pseudo` added to every bin. */
	readonly psi: number;
	/** 1/n + 1/m: PSI / h follows chi-square with B - 1 degrees of freedom when nothing drifts. */
	readonly h: number;
	/** (B - 1) h: what PSI is on average without drift. */
	readonly nullMean: number;
	readonly nullSd: number;
	/** PSI without the noise: what is shown next to it. May be below 0. */
	readonly corrected: number;
}

/**
 * The population stability index of counts per bin (B >= 2 bins, the same edges in both), reference against current. `pseudo` (0.5)
 * is added to each bin so that an empty one does not make it infinite. Symmetric up to the sizes.
 * Source: Yurdakul & Naranjo 2020 for its distribution.
 */
export function populationStability(reference: readonly number[], current: readonly number[], pseudo = 0.5): StabilityIndex {
	assert(reference.length === current.length && reference.length >= 2, () => {
		return `${reference.length} and ${current.length} bins; expected the same number, at least 2`;
	});
	const bins = reference.length;
	const m = sum(reference);
	const n = sum(current);
	assert(m > 0 && n > 0, () => `${m} and ${n} rows; expected at least 1 each`);
	const psi = current.reduce((total, count, index) => {
		const actual = (count + pseudo) / (n + pseudo * bins);
		const expected = (reference[index]! + pseudo) / (m + pseudo * bins);
		return total + (actual - expected) * Math.log(actual / expected);
	}, 0);
	const h = 1 / n + 1 / m;
	const nullMean = (bins - 1) * h;
	return { psi, h, nullMean, nullSd: Math.sqrt(2 * (bins - 1)) * h, corrected: psi - nullMean };
}

/**
 * p-value of "the true PSI is at most `tolerated`" (0: nothing drifts at all). Small drifts that do not matter are not found,
 * however many rows there are. Source: Potgieter et al. 2023 (arXiv:2307.11878).
 */
export function stabilityP({ psi, h }: StabilityIndex, bins: number, tolerated = 0): number {
	const x = psi / h;
	if (tolerated === 0) return chiSquareUpperTail(x, bins - 1);
	return noncentralChiSquareUpperTail(x, bins - 1, tolerated / h);
}

/** The PSI that chance alone exceeds with probability alpha, of n current and m reference rows in B bins. */
export function stabilityThreshold(n: number, m: number, bins: number, alpha: number): number {
	assert(alpha > 0 && alpha < 1, () => `alpha is ${alpha}; expected 0 < alpha < 1`);
	let low = 0;
	let high = 1;
	while (chiSquareUpperTail(high, bins - 1) > alpha) high *= 2;
	for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
		if (chiSquareUpperTail(middle, bins - 1) > alpha) low = middle;
		else high = middle;
	}
	return high * (1 / n + 1 / m);
}

function sum(counts: readonly number[]): number {
	return counts.reduce((total, count) => total + count, 0);
}
