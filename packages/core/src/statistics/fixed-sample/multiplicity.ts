/** p-values adjusted for their number by Holm 1979: the chance of any false rejection stays below the level. In the given order. */
export function holmAdjusted(pValues: readonly number[]): number[] {
	return adjusted(pValues, (p, rank, count) => p * (count - rank), "ascending");
}

/** The same by Benjamini & Hochberg 1995: the expected share of false rejections stays below the level (independent or positively dependent). */
export function benjaminiHochbergAdjusted(pValues: readonly number[]): number[] {
	return adjusted(pValues, (p, rank, count) => (p * count) / (rank + 1), "descending");
}

/** Scales each p by its rank from 0 and keeps the order: a running maximum upwards, or a running minimum downwards. */
function adjusted(
	pValues: readonly number[],
	scale: (p: number, rank: number, count: number) => number,
	direction: "ascending" | "descending",
): number[] {
	const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
	const ranks = order.map((_, rank) => rank);
	if (direction === "descending") ranks.reverse();
	const result = new Array<number>(pValues.length);
	let last = direction === "ascending" ? 0 : 1;
	for (const rank of ranks) {
		const index = order[rank]!;
		const scaled = Math.min(1, scale(pValues[index]!, rank, pValues.length));
		last = direction === "ascending" ? Math.max(last, scaled) : Math.min(last, scaled);
		result[index] = last;
	}
	return result;
}
