/**
 * A latency histogram with buckets that grow with the value: each doubling of latency has 64 buckets of equal width, so a value
 * read back is within 0.8 % of the true one, and every edge is a whole number of microseconds. Built from integer operations
 * only: the same latency lands in the same bucket on every machine, and merging gateways is exact addition.
 */

/** Sparse counts, ascending by bucket: what a window carries of an arm's latency. */
export type LatencySketch = readonly (readonly [bucket: number, count: number])[];

/** log2 of the buckets per doubling. */
const PRECISION_BITS = 6;
const BUCKETS_PER_DOUBLING = 1 << PRECISION_BITS;
/** Longest latency that is told apart: 71 minutes. Longer ones count as this. */
export const LARGEST_LATENCY_US = 2 ** 32 - 1;
/** Buckets are the integers from 0 to this, exclusive. */
export const LATENCY_BUCKETS = bucketOf(LARGEST_LATENCY_US) + 1;

/**
 * Bucket of a latency in microseconds. Total and pure, for the hot path: fractions are dropped, negative numbers and NaN count as 0,
 * longer than `LARGEST_LATENCY_US` counts as that. Below 128 us every microsecond has its own bucket.
 */
export function bucketOf(latencyUs: number): number {
	const us = latencyUs >= LARGEST_LATENCY_US ? LARGEST_LATENCY_US : latencyUs > 0 ? latencyUs >>> 0 : 0;
	if (us < 2 * BUCKETS_PER_DOUBLING) return us;
	const shift = 31 - PRECISION_BITS - Math.clz32(us);
	return (shift << PRECISION_BITS) + (us >>> shift);
}

/** First and last whole microsecond that fall into a bucket. */
export function bucketRangeUs(bucket: number): { readonly firstUs: number; readonly lastUs: number } {
	if (bucket < 2 * BUCKETS_PER_DOUBLING) return { firstUs: bucket, lastUs: bucket };
	const width = 2 ** ((bucket >>> PRECISION_BITS) - 1);
	const firstUs = ((bucket % BUCKETS_PER_DOUBLING) + BUCKETS_PER_DOUBLING) * width;
	return { firstUs, lastUs: firstUs + width - 1 };
}

/** Sparse form of counts that were kept by bucket index. */
export function sparseSketch(countByBucket: ArrayLike<number>): LatencySketch {
	const sketch: [number, number][] = [];
	for (let bucket = 0; bucket < countByBucket.length; bucket++) {
		if (countByBucket[bucket]! > 0) sketch.push([bucket, countByBucket[bucket]!]);
	}
	return sketch;
}

/** The sketch of all values together. The order of the sketches does not matter. */
export function mergeSketches(sketches: Iterable<LatencySketch>): LatencySketch {
	const counts = new Map<number, number>();
	for (const sketch of sketches) {
		for (const [bucket, count] of sketch) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
	}
	return [...counts].sort(([a], [b]) => a - b);
}

/** How many values a sketch holds. */
export function countOf(sketch: LatencySketch): number {
	return sketch.reduce((sum, [, count]) => sum + count, 0);
}

/**
 * The latency in microseconds below or at which a `share` (0 to 1) of the values lie: the middle of the bucket that holds the value of
 * rank ceil(share n). Relative error at most 1/128. Undefined for an empty sketch: no data is not 0 us.
 */
export function quantileUs(sketch: LatencySketch, share: number): number | undefined {
	const rank = Math.max(1, Math.ceil(share * countOf(sketch)));
	let seen = 0;
	for (const [bucket, count] of sketch) {
		seen += count;
		if (seen < rank) continue;
		const { firstUs, lastUs } = bucketRangeUs(bucket);
		return (firstUs + lastUs) / 2;
	}
	return undefined;
}

/**
 * How many values exceed `limitUs`. A limit inside a bucket is rounded `up` to the bucket's last microsecond (never counts too many:
 * for evidence of harm) or `down` to the one before its first (never too few: for evidence of safety). Exact on bucket edges.
 */
export function countAbove(sketch: LatencySketch, limitUs: number, rounding: "up" | "down" = "up"): number {
	let above = 0;
	for (const [bucket, count] of sketch) {
		const { firstUs, lastUs } = bucketRangeUs(bucket);
		if (rounding === "up" ? firstUs > limitUs : lastUs > limitUs) above += count;
	}
	return above;
}
