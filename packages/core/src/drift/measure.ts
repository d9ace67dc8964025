import {
	binnedKolmogorovSmirnov,
	eFromP,
	kolmogorovSmirnovRelevanceP,
	populationStability,
	stabilityP,
} from "../statistics/index.ts";
import type { Reference } from "./reference.ts";

/** Drift up to here does not matter, however many rows show it: the null hypotheses of both p-values. */
export const TOLERATED = { psi: 0.05, ks: 0.05 } as const;

/** How far one block of rows is from the reference, and how surprising that is. */
export interface Measurement {
	/** Rows of the block. */
	readonly rows: number;
	/** Population stability index: sum over bins of (share - reference) ln(share / reference). */
	readonly psi: number;
	/** The same less what chance alone gives with so few rows, (B - 1)(1/n + 1/m); may be below 0. This is what is shown first. */
	readonly psiLessNoise: number;
	/** Largest distance of the distribution functions at the bins' edges, 0 to 1; null for categories, which have no order. */
	readonly ks: number | null;
	/** Of "the true PSI is at most 0.05" and "the true distance is at most 0.05". */
	readonly p: { readonly psi: number; readonly ks: number | null };
	/** Against "neither is more than tolerated": the mean of both e-values, 0.5 or more. */
	readonly e: number;
}

/**
 * Measures a block against its reference; `counts` are rows by bin in the reference's order. A bin that is empty in both says nothing
 * and is left out. With a block or a reference without rows nothing is measured: null. Throws RangeError for another number of bins.
 * Sources: statistics.md 1.7; Potgieter et al. 2023 (arXiv:2307.11878); Vovk & Wang 2021 for p to e.
 */
export function measureBlock(reference: Reference, counts: readonly number[]): Measurement | null {
	if (counts.length !== reference.counts.length)
		throw new RangeError(`a block has ${counts.length} bins; expected the ${reference.counts.length} of its reference`);
	const rows = sum(counts);
	const referenceRows = sum(reference.counts);
	if (rows === 0 || referenceRows === 0) return null;
	const used = counts.flatMap((count, bin) => (count + reference.counts[bin]! > 0 ? [bin] : []));
	// One bin holds everything there is, then and now.
	if (used.length < 2) return { rows, psi: 0, psiLessNoise: 0, ks: ksOf(reference, counts), p: { psi: 1, ks: 1 }, e: eFromP(1) };
	const index = populationStability(
		used.map((bin) => reference.counts[bin]!),
		used.map((bin) => counts[bin]!),
	);
	const ks = ksOf(reference, counts);
	const p = {
		psi: stabilityP(index, used.length, TOLERATED.psi),
		ks: ks === null ? null : kolmogorovSmirnovRelevanceP(ks, rows, referenceRows, TOLERATED.ks),
	};
	return { rows, psi: index.psi, psiLessNoise: index.corrected, ks, p, e: meanE([p.psi, ...(p.ks === null ? [] : [p.ks])]) };
}

function ksOf(reference: Reference, counts: readonly number[]): number | null {
	return reference.kind === "categories" ? null : binnedKolmogorovSmirnov(reference.counts, counts);
}

/** p-values below this are the same to everyone; 0 is none. */
const SMALLEST_P = 1e-300;

/** An average of e-values is an e-value however they depend on each other, and both p-values come from the same rows. */
function meanE(pValues: readonly number[]): number {
	return sum(pValues.map((p) => eFromP(Math.max(p, SMALLEST_P)))) / pValues.length;
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
