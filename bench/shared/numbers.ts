/** The middle of the values, between the two middle ones when they are even in number. NaN without values. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	if (sorted.length === 0) return Number.NaN;
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three digits that count: 0.617, 61.7, 6170. */
export function threeDigits(value: number): string {
	if (!Number.isFinite(value)) return String(value);
	return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function gibibytes(bytes: number): string {
	return `${threeDigits(bytes / 2 ** 30)} GiB`;
}
