import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	bucketOf,
	bucketRangeUs,
	countAbove,
	countOf,
	LARGEST_LATENCY_US,
	LATENCY_BUCKETS,
	type LatencySketch,
	mergeSketches,
	quantileUs,
	sparseSketch,
} from "./sketch.ts";

const latency = fc.integer({ min: 0, max: LARGEST_LATENCY_US });

function sketchOf(latenciesUs: readonly number[]): LatencySketch {
	const counts = new Uint32Array(LATENCY_BUCKETS);
	for (const us of latenciesUs) counts[bucketOf(us)]! += 1;
	return sparseSketch(counts);
}

describe("a latency sketch", () => {
	it("puts every latency into the one bucket whose range holds it", () => {
		fc.assert(
			fc.property(latency, (us) => {
				const { firstUs, lastUs } = bucketRangeUs(bucketOf(us));
				expect(us).toBeGreaterThanOrEqual(firstUs);
				expect(us).toBeLessThanOrEqual(lastUs);
			}),
		);
	});

	it("has buckets without gaps or overlaps from 0 to 71 minutes", () => {
		let next = 0;
		for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
			const { firstUs, lastUs } = bucketRangeUs(bucket);
			expect(firstUs).toBe(next);
			expect(bucketOf(firstUs)).toBe(bucket);
			expect(bucketOf(lastUs)).toBe(bucket);
			next = lastUs + 1;
		}
		expect(next).toBe(LARGEST_LATENCY_US + 1);
	});

	it("gives every number a bucket, also those that are no latency", () => {
		for (const odd of [Number.NaN, -1, Number.NEGATIVE_INFINITY, -0, 0.99]) expect(bucketOf(odd)).toBe(0);
		expect(bucketOf(12.7)).toBe(12);
		for (const long of [LARGEST_LATENCY_US, LARGEST_LATENCY_US + 1, 1e300, Number.POSITIVE_INFINITY]) {
			expect(bucketOf(long)).toBe(LATENCY_BUCKETS - 1);
		}
	});

	it("reads any quantile back within 1 percent of the value that has that rank", () => {
		fc.assert(
			fc.property(
				fc.array(latency, { minLength: 1, maxLength: 60 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(values, share) => {
					const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1]!;
					expect(Math.abs(quantileUs(sketchOf(values), share)! - exact)).toBeLessThanOrEqual(0.01 * exact);
				},
			),
		);
	});

	it("has no quantile when it is empty", () => {
		expect(quantileUs([], 0.5)).toBeUndefined();
		expect(countAbove([], 0)).toBe(0);
	});

	it("brackets the exact count above a limit between rounding up and rounding down, and is exact on bucket edges", () => {
		fc.assert(
			fc.property(fc.array(latency, { maxLength: 60 }), latency, (values, limitUs) => {
				const sketch = sketchOf(values);
				const exact = values.filter((us) => us > limitUs).length;
				expect(countAbove(sketch, limitUs, "up")).toBeLessThanOrEqual(exact);
				expect(countAbove(sketch, limitUs, "down")).toBeGreaterThanOrEqual(exact);
				const { lastUs } = bucketRangeUs(bucketOf(limitUs));
				expect(countAbove(sketch, lastUs, "up")).toBe(countAbove(sketch, lastUs, "down"));
			}),
		);
	});

	it("merges to the same sketch whatever the order and grouping of the gateways", () => {
		fc.assert(
			fc.property(fc.array(fc.array(latency, { maxLength: 20 }), { maxLength: 8 }), (gateways) => {
				const all = sketchOf(gateways.flat());
				const sketches = gateways.map(sketchOf);
				expect(mergeSketches(sketches)).toEqual(all);
				expect(mergeSketches(sketches.toReversed())).toEqual(all);
				expect(mergeSketches([mergeSketches(sketches.slice(0, 3)), mergeSketches(sketches.slice(3))])).toEqual(all);
				expect(countOf(all)).toBe(gateways.flat().length);
			}),
		);
	});
});
