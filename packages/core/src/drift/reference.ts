/**
 * What a feature looked like when the model was trained: rows counted in bins that stay the same for ever. The last bin of either kind
 * holds rows without a value, so that a feature that stops coming is drift like any other.
 */
export type Reference = NumberReference | CategoryReference;

export interface NumberReference {
	readonly kind: "numbers";
	/** Ascending; bin i holds values above cuts[i - 1] up to and including cuts[i], the one after them everything larger. */
	readonly cuts: readonly number[];
	/** Rows by bin: cuts.length + 1 bins of values, then the rows without one. */
	readonly counts: readonly number[];
}

export interface CategoryReference {
	readonly kind: "categories";
	/** The most frequent ones first. */
	readonly names: readonly string[];
	/** Rows by bin: one for each name, then all other categories together, then the rows without one. */
	readonly counts: readonly number[];
}

/** Quantile bins of a number: ten, as the operating characteristics of statistics.md 2.4 were measured with. */
const BINS = 10;
/** Categories that are told apart; the rest is one bin. */
const MOST_CATEGORIES = 20;

/**
 * Ten bins of about as many rows each. A value that many rows share (zero, say) has a bin of its own, so that its share is followed and
 * not split at random. What is no finite number counts as missing.
 * However few rows there are, their noise is known and taken off what is measured against them (measure.ts).
 */
export function referenceOfNumbers(values: readonly (number | null)[]): NumberReference {
	const sorted = values.filter(isNumber).sort((a, b) => a - b);
	const cuts = cutsOf(sorted);
	return { kind: "numbers", cuts, counts: countRows({ kind: "numbers", cuts, counts: [] }, values) };
}

/** A bin for each of the 20 most frequent categories (of equally frequent ones the first by code unit). */
export function referenceOfCategories(values: readonly (string | null)[]): CategoryReference {
	const rows = new Map<string, number>();
	for (const value of values) if (value !== null) rows.set(value, (rows.get(value) ?? 0) + 1);
	const byRows = [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
	const names = byRows.slice(0, MOST_CATEGORIES).map(([name]) => name);
	return { kind: "categories", names, counts: countRows({ kind: "categories", names, counts: [] }, values) };
}

/** Rows of values by the bins of a reference, as a block wants them. */
export function countRows(reference: Reference, values: readonly (number | string | null)[]): number[] {
	const inner = reference.kind === "numbers" ? reference.cuts.length + 1 : reference.names.length + 1;
	const counts = new Array<number>(inner + 1).fill(0);
	for (const value of values) counts[binOf(reference, value)]!++;
	return counts;
}

/** The bin of one value: the last one for what is missing or not of the reference's kind. Total, for the path of every prediction. */
export function binOf(reference: Reference, value: unknown): number {
	if (reference.kind === "categories") {
		if (typeof value !== "string") return reference.names.length + 1;
		const at = reference.names.indexOf(value);
		return at === -1 ? reference.names.length : at;
	}
	const { cuts } = reference;
	if (!isNumber(value)) return cuts.length + 1;
	let low = 0;
	let high = cuts.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (value <= cuts[middle]!) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** Quantiles of the sorted values; below one that a bin's worth of rows shares there is another cut, so that it stands alone. */
function cutsOf(sorted: readonly number[]): readonly number[] {
	const cuts = new Set<number>();
	for (let i = 1; i < BINS; i++) {
		const rank = Math.ceil((i * sorted.length) / BINS) - 1;
		const cut = sorted[rank];
		if (cut === undefined) continue;
		const sharers = sorted.lastIndexOf(cut) - sorted.indexOf(cut) + 1;
		if (sharers * BINS >= sorted.length) cuts.add(justBelow(cut));
		cuts.add(cut);
	}
	return [...cuts].sort((a, b) => a - b);
}

/** Any number between a value and those below it that a feature could have. */
function justBelow(value: number): number {
	return value - Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);
}

function isNumber(value: unknown): value is number {
	return typeof value === "number" && Number.isFinite(value);
}
