import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../simulation/index.ts";
import { BLOCKS_TO_FALSE_ALARM, type DriftMemory, NO_DRIFT, type NumberReference, takeBlock } from "./index.ts";

/** statistics.md 2.4: ten bins, a reference of 10,000 rows, blocks of five minutes. */
const REFERENCE_ROWS = 10_000;
const BLOCK_MS = 300_000;
const BLOCKS_OF_A_WEEK = (7 * 86_400_000) / BLOCK_MS;
const EVEN = new Array<number>(10).fill(0.1);

/** Rows by bin, with an empty bin for missing values. */
function draw(random: Random, rows: number, shares: readonly number[]): number[] {
	let left = rows;
	let leftShare = 1;
	const counts = shares.map((share) => {
		const count = random.binomial(left, Math.min(1, share / leftShare));
		left -= count;
		leftShare -= share;
		return count;
	});
	return [...counts, 0];
}

function drawReference(random: Random): NumberReference {
	return { kind: "numbers", cuts: EVEN.slice(1).map((_, i) => i), counts: draw(random, REFERENCE_ROWS, EVEN) };
}

/** How weight moves: steadily from the low bins to the high ones, which the KS distance sees, or between neighbours, which it does not. */
const STEADY = EVEN.map((_, i) => i - 4.5);
const ZIGZAG = EVEN.map((_, i) => (i % 2 === 0 ? 1 : -1));

/** Shares moved in that direction until their distance from the even ones is this. */
function moved(direction: readonly number[], distance: (shares: readonly number[]) => number, wanted: number): readonly number[] {
	const at = (size: number) => normalised(direction.map((step) => Math.exp(size * step)));
	let [low, high] = [0, 2];
	for (let i = 0; i < 60; i++) {
		const size = (low + high) / 2;
		if (distance(at(size)) < wanted) low = size;
		else high = size;
	}
	return at(low);
}

function normalised(weights: readonly number[]): readonly number[] {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return weights.map((weight) => weight / total);
}

const psiOf = (shares: readonly number[]) => shares.reduce((sum, share) => sum + (share - 0.1) * Math.log(share / 0.1), 0);
const ksOf = (shares: readonly number[]) => {
	const differences = shares.map((_, i) => shares.slice(0, i + 1).reduce((sum, share) => sum + share - 0.1, 0));
	return Math.max(...differences.map(Math.abs));
};

/** Blocks until the alarm, null when there is none among so many. */
function blocksToAlarm(random: Random, rows: number, blocks: number, sharesOf: () => readonly number[]): number | null {
	const reference = drawReference(random);
	let memory: DriftMemory = NO_DRIFT;
	for (let i = 0; i < blocks; i++) {
		const block = { fromMs: i * BLOCK_MS, toMs: (i + 1) * BLOCK_MS, counts: draw(random, rows, sharesOf()) };
		const taken = takeBlock(memory, reference, block);
		memory = taken.memory;
		if (taken.finding?.change === "alarm") return i + 1;
	}
	return null;
}

/** Each block's shares fluctuate by themselves: a true PSI of about 0.01. */
function fluctuating(random: Random): readonly number[] {
	return normalised(EVEN.map(() => Math.exp(0.1 * random.normal())));
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

describe("a feature that does not drift", () => {
	it.each([
		["100 rows", 100],
		["500 rows", 500],
		["5,000 rows", 5_000],
	])("raises no alarm in 7 days of blocks of %s, in any of 8 runs", (_, rows) => {
		const random = seededRandom(rows);
		for (let run = 0; run < 8; run++) expect(blocksToAlarm(random, rows, BLOCKS_OF_A_WEEK, () => EVEN)).toBeNull();
	});

	it("raises no alarm when its shares fluctuate from block to block by a true PSI of 0.01, however many rows show it", () => {
		const random = seededRandom(3);
		for (const rows of [500, 5_000]) {
			for (let run = 0; run < 5; run++)
				expect(blocksToAlarm(random, rows, BLOCKS_OF_A_WEEK, () => fluctuating(random))).toBeNull();
		}
	});

	it.each([
		["PSI of 0.05 between neighbouring bins", moved(ZIGZAG, psiOf, 0.05)],
		["KS distance of 0.05 from low to high", moved(STEADY, ksOf, 0.05)],
	])(
		"raises a false alarm no sooner than every 30 days when it has moved for good by all that is tolerated: a %s",
		(what, shares) => {
			const random = seededRandom(4);
			const RUNS = 24;
			let alarms = 0;
			for (let run = 0; run < RUNS; run++) if (blocksToAlarm(random, 500, BLOCKS_OF_A_WEEK, () => shares) !== null) alarms++;
			console.log(`drift: moved by all that is tolerated, a ${what}: ${alarms} of ${RUNS} runs of 7 days raise an alarm`);
			// One in 8,640 blocks on average: within 2,016 blocks at most 2,016 / 8,640 of the runs, 23 %.
			expect(alarms / RUNS).toBeLessThanOrEqual(BLOCKS_OF_A_WEEK / BLOCKS_TO_FALSE_ALARM);
		},
	);
});

describe("a feature that drifts", () => {
	it.each([
		["0.124", 0.124, 100, 40],
		["0.124", 0.124, 500, 5],
		["0.124", 0.124, 5_000, 3],
		["0.31", 0.31, 100, 6],
		["0.31", 0.31, 500, 3],
		["0.31", 0.31, 5_000, 3],
	])("by a PSI of %s is found in every run; the median is at most as specified", (_, psi, rows, most) => {
		const random = seededRandom(rows + 1);
		const drifted = moved(STEADY, psiOf, psi);
		const found = Array.from({ length: 60 }, () => blocksToAlarm(random, rows, 2_000, () => drifted) ?? Number.POSITIVE_INFINITY);
		console.log(
			`drift: PSI ${psi} with ${rows} rows a block is found after ${median(found)} blocks (median), ${Math.max(...found)} at most`,
		);
		expect(Math.max(...found)).toBeLessThan(Number.POSITIVE_INFINITY);
		expect(median(found)).toBeLessThanOrEqual(most);
	});
});
