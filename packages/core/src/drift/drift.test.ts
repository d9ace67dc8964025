import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	BLOCK_NEEDS,
	binOf,
	countRows,
	type DriftBlock,
	type DriftFinding,
	type DriftMemory,
	gather,
	measureBlock,
	NO_DRIFT,
	type Reference,
	referenceOfCategories,
	referenceOfNumbers,
	takeBlock,
} from "./index.ts";

const FIVE_MINUTES = BLOCK_NEEDS.ms;
const numbers = Array.from({ length: 10_000 }, (_, i) => i);
const reference = referenceOfNumbers(numbers);
const same = countRows(reference, numbers).map((count) => count / 10);
/** Every row in the highest bin. */
const gone = same.map((_, bin) => (bin === same.length - 2 ? 1_000 : 0));

function watch(blocks: readonly (readonly number[])[], of: Reference = reference, features = 1) {
	let memory: DriftMemory = NO_DRIFT;
	const findings: DriftFinding[] = [];
	for (const [i, counts] of blocks.entries()) {
		const taken = takeBlock(memory, of, { fromMs: i * FIVE_MINUTES, toMs: (i + 1) * FIVE_MINUTES, counts }, features);
		memory = taken.memory;
		if (taken.finding !== null) findings.push(taken.finding);
	}
	return { memory, findings };
}

const times = (n: number, counts: readonly number[]) => Array.from({ length: n }, () => counts);
const changes = (findings: readonly DriftFinding[]) =>
	findings.flatMap(({ change }, i) => (change === null ? [] : [[i + 1, change]]));

describe("the bins of a reference", () => {
	it("hold about as many rows each, and one more the rows without a value", () => {
		expect(referenceOfNumbers([...numbers, null, Number.NaN]).counts).toEqual([...new Array(10).fill(1_000), 2]);
	});

	it("leave a value that many rows share alone, so that its share is followed", () => {
		const counts = referenceOfNumbers(numbers.map((i) => (i < 6_000 ? 0 : i)));
		expect(counts.counts[binOf(counts, 0)]).toBe(6_000);
		expect(counts.counts[binOf(counts, -1e-9)]).toBe(0);
	});

	it("of a constant tell a smaller and a larger value from it, whatever the constant is", () => {
		fc.assert(
			fc.property(fc.oneof(fc.double({ min: -1e300, max: 1e300, noNaN: true }), fc.constantFrom(0, -1, 1, 1.5)), (constant) => {
				const of = referenceOfNumbers(new Array<number>(50).fill(constant));
				const bins = [-Number.MAX_VALUE, constant, Number.MAX_VALUE].map((value) => binOf(of, value));
				expect(new Set(bins).size).toBe(3);
			}),
		);
	});

	it("hold every row once, whatever the values are", () => {
		const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1), fc.constant(null));
		fc.assert(
			fc.property(fc.array(value, { maxLength: 300 }), (values) => {
				const { counts } = referenceOfNumbers(values);
				expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
			}),
		);
	});

	it("of categories keep the 20 most frequent apart; new ones are other, and other kinds are missing", () => {
		const of = referenceOfCategories(Array.from({ length: 1_000 }, (_, i) => `c${i % 25}`));
		expect(of.names.length).toBe(20);
		expect([binOf(of, of.names[3]), binOf(of, "new"), binOf(of, null), binOf(of, 7)]).toEqual([3, 20, 21, 21]);
	});
});

describe("a measurement", () => {
	it("shows PSI beside PSI less its noise, which is about 0 for rows like the reference's", () => {
		const { psi, psiLessNoise, ks, e } = measureBlock(reference, same)!;
		expect(psi).toBeCloseTo(0, 4);
		expect(psiLessNoise).toBeCloseTo(-9 * (1 / 1_000 + 1 / 10_000), 4);
		expect(ks).toBeCloseTo(0, 12);
		expect(e).toBeCloseTo(0.5, 3);
	});

	it("has no distance of distribution functions for categories, which have no order", () => {
		const of = referenceOfCategories(Array.from({ length: 1_000 }, (_, i) => `c${i % 4}`));
		expect(measureBlock(of, of.counts)).toMatchObject({ ks: null, p: { ks: null } });
	});

	it("sees that a feature stops coming, and categories that were never there", () => {
		const missing = countRows(reference, new Array(600).fill(null));
		expect(measureBlock(reference, missing)!.e).toBeGreaterThan(1e6);
		const of = referenceOfCategories(Array.from({ length: 1_000 }, (_, i) => `c${i % 4}`));
		expect(measureBlock(of, countRows(of, new Array(600).fill("new")))!.e).toBeGreaterThan(1e6);
	});

	it("is a number whatever is counted, and nothing at all without rows", () => {
		const counts = fc.array(fc.constantFrom(0, 1, 500, 1e9), { minLength: 11, maxLength: 11 });
		fc.assert(
			fc.property(counts, counts, (before, now) => {
				const measured = measureBlock({ kind: "numbers", cuts: [1, 2, 3, 4, 5, 6, 7, 8, 9], counts: before }, now);
				if (before.every((count) => count === 0) || now.every((count) => count === 0)) return expect(measured).toBeNull();
				expect(Number.isFinite(measured!.psi) && Number.isFinite(measured!.psiLessNoise)).toBe(true);
				expect(measured!.e).toBeGreaterThanOrEqual(0.5);
				expect(Number.isFinite(measured!.e)).toBe(true);
			}),
		);
	});
});

describe("the detector of one feature", () => {
	it("needs three blocks for an alarm, however far they are off, with any number of features", () => {
		for (const features of [1, 20, 1_000])
			expect(changes(watch(times(5, gone), reference, features).findings)).toEqual([[3, "alarm"]]);
	});

	it("raises no second alarm while the drift lasts, and is quiet an hour after its end", () => {
		const { findings, memory } = watch([...times(2_000, gone), ...times(12, same)]);
		expect(changes(findings)).toEqual([
			[3, "alarm"],
			[2_012, "cleared"],
		]);
		expect(memory).toEqual(NO_DRIFT);
	});

	it("starts the hour anew when a block speaks for drift again", () => {
		const { findings } = watch([...times(3, gone), ...times(11, same), gone, ...times(12, same)]);
		expect(changes(findings)).toEqual([
			[3, "alarm"],
			[27, "cleared"],
		]);
	});

	it("could not be cleared by its evidence: once M has reached 1 no block brings it below 1 again", () => {
		const { findings } = watch([gone, ...times(2_000, same)]);
		expect(Math.min(...findings.map(({ evidence }) => evidence))).toBeGreaterThanOrEqual(1);
	});

	it("forgets a single odd block: three of them with hours between raise no alarm", () => {
		const odd = [gone, ...times(100, same)];
		expect(changes(watch([...odd, ...odd, ...odd]).findings)).toEqual([]);
	});

	it("takes a block without rows as silence, also while it drifts", () => {
		const empty = same.map(() => 0);
		const { findings, memory } = watch([...times(3, gone), ...times(100, empty)]);
		expect(findings.length).toBe(3);
		expect(memory.state).toBe("drifting");
	});

	it("goes on from its memory as if it had never stopped, through JSON too", () => {
		const blocks = [...times(2, gone), ...times(3, same), ...times(4, gone)];
		let memory: DriftMemory = NO_DRIFT;
		for (const [i, counts] of blocks.entries()) {
			const block = { fromMs: i * FIVE_MINUTES, toMs: (i + 1) * FIVE_MINUTES, counts };
			memory = takeBlock(JSON.parse(JSON.stringify(memory)), reference, block).memory;
		}
		expect(memory).toEqual(watch(blocks).memory);
	});

	it("refuses a block of another reference", () => {
		expect(() => watch([[1, 2, 3]])).toThrow(RangeError);
	});
});

describe("a block", () => {
	const second = (at: number, rows: number): DriftBlock => ({ fromMs: at * 1_000, toMs: (at + 1) * 1_000, counts: [rows, 0] });

	function blocksOf(rowsPerSecond: number, seconds: number): readonly DriftBlock[] {
		const closed: DriftBlock[] = [];
		let open: DriftBlock | null = null;
		for (let at = 0; at < seconds; at++) {
			const next: ReturnType<typeof gather> = gather(open, second(at, rowsPerSecond));
			open = next.open;
			if (next.closed !== null) closed.push(next.closed);
		}
		return closed;
	}

	it("is five minutes long where rows are many, and as long as 500 rows take where they are few", () => {
		expect(blocksOf(100, 900).map(({ fromMs, toMs }) => toMs - fromMs)).toEqual([300_000, 300_000, 300_000]);
		expect(blocksOf(1, 1_100).map(({ fromMs, toMs }) => toMs - fromMs)).toEqual([500_000, 500_000]);
	});

	it("loses no row and takes none twice", () => {
		expect(blocksOf(7, 900).map(({ counts }) => counts)).toEqual(times(3, [2_100, 0]));
	});

	it("refuses pieces that are out of order", () => {
		expect(() => gather(second(5, 1), second(3, 1))).toThrow(RangeError);
	});
});
