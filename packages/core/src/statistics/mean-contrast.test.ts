import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../simulation/index.ts";
import { type Group, meanShiftLogE, relativeLift } from "./business-mean.ts";
import { contrastLogE, type MeanStratum, meanContrast, startedLogE } from "./mean-contrast.ts";

const BUCKETS = 64;
const CONVERSIONS = { counts: true };
const ERRORS = { counts: false };

/** Requests of both arms in blocks of time; `value` is what one of them brings. */
function stratum(
	blocks: number,
	perBlock: readonly [number, number],
	value: (arm: 0 | 1, block: number) => number,
	random: Random,
): MeanStratum {
	const groups = (): { n: number; sum: number }[] => Array.from({ length: BUCKETS }, () => ({ n: 0, sum: 0 }));
	const users = [groups(), groups()] as const;
	const pairs = Array.from({ length: blocks }, (_, block) => {
		const arms = ([1, 0] as const).map((arm): Group => {
			let sum = 0;
			for (let i = 0; i < perBlock[arm === 1 ? 0 : 1]; i++) {
				const brought = value(arm, block);
				const user = users[arm][Math.floor(random.uniform() * BUCKETS)]!;
				user.n++;
				user.sum += brought;
				sum += brought;
			}
			return { n: perBlock[arm === 1 ? 0 : 1], sum };
		});
		return { challenger: arms[0]!, champion: arms[1]! };
	});
	return { challenger: users[1], champion: users[0], blocks: pairs };
}

describe("how far a mean is beyond what is tolerated", () => {
	it("is the relative lift less the tolerance", () => {
		const random = seededRandom(3);
		const data = stratum(200, [20, 200], () => random.exponential(10), random);
		const seen = meanContrast(data, 1.1, ERRORS)!;
		const mean = (groups: readonly Group[]) => groups.reduce((s, { sum }) => s + sum, 0) / groups.reduce((s, { n }) => s + n, 0);
		expect(seen.mean).toBeCloseTo(
			relativeLift({ mean: mean(data.challenger), variance: 0 }, { mean: mean(data.champion), variance: 0 }).mean - 0.1,
			10,
		);
	});

	it("has the variance of the champion's mean by the square of the factor, as at the boundary of what is tolerated", () => {
		const random = seededRandom(3);
		const data = stratum(200, [20, 20], () => random.exponential(10), random);
		// 4,000 exponentials an arm: the mean's deviation is its own size by the root of their number. Unsquared it would be 0.027.
		expect(Math.sqrt(meanContrast(data, 2, ERRORS)!.variance)).toBeCloseTo(Math.sqrt((1 + 2 ** 2) / 4_000), 2);
	});

	it("is a number that the tests can take, however far off single labels are", () => {
		const random = seededRandom(3);
		for (const size of [1e77, 2 ** 500]) {
			const far = stratum(40, [10, 10], (arm, block) => (arm === 1 ? size : 1 + (block % 2)), random);
			const logE = contrastLogE([meanContrast(far, 1.1, ERRORS)!]);
			expect(logE).toBeGreaterThan(1e9);
			expect(Number.isFinite(logE)).toBe(true);
		}
	});

	it("of a loss is positive where the challenger loses less", () => {
		const random = seededRandom(3);
		const losses = stratum(40, [50, 50], (arm) => (arm === 1 ? -1 : -2) + random.uniform() * 0.1, random);
		expect(meanContrast(losses, 1, ERRORS)!.mean).toBeCloseTo(0.5, 1);
	});

	it("is said also of an arm that brings nothing once the other shows what there was to bring", () => {
		const random = seededRandom(3);
		const sold = stratum(40, [20, 200], (arm) => (arm === 0 && random.uniform() < 0.2 ? 1 : 0), random);
		const { mean, variance } = meanContrast(sold, 1, { ...CONVERSIONS, pooled: true })!;
		expect(mean).toBeCloseTo(-1, 10);
		// 800 requests of a rate of 0.18 over all: as if both arms sold alike.
		expect(Math.sqrt(variance)).toBeGreaterThan(Math.sqrt(0.18 / 800) / 0.2 / 1.5);
	});

	it("is not said of a champion that brings nothing, nor where nothing varies", () => {
		const random = seededRandom(3);
		expect(
			meanContrast(
				stratum(20, [10, 10], () => 0, random),
				1,
				CONVERSIONS,
			),
		).toBeNull();
		expect(
			meanContrast(
				stratum(20, [10, 10], () => 7, random),
				1,
				ERRORS,
			),
		).toBeNull();
	});

	it("knows that requests of one hour have it in common, whoever sends them", () => {
		const random = seededRandom(5);
		const hours = Array.from({ length: 24 }, () => [random.exponential(30), random.exponential(30)] as const);
		const clumped = stratum(24, [500, 500], (arm, block) => hours[block]![arm], random);
		const users = meanContrast({ ...clumped, blocks: [] }, 1, ERRORS)!;
		const both = meanContrast(clumped, 1, ERRORS)!;
		expect(Math.sqrt(both.variance)).toBeGreaterThan(8 * Math.sqrt(users.variance));
		expect(Math.sqrt(both.variance)).toBeCloseTo(Math.sqrt(2 / 24), 0.5);
	});

	it("takes out what an hour does to both arms alike", () => {
		const random = seededRandom(6);
		const hours = Array.from({ length: 60 }, () => 1 + random.exponential(30));
		const shared = stratum(60, [200, 200], (_, block) => hours[block]! * (0.9 + 0.2 * random.uniform()), random);
		expect(Math.sqrt(meanContrast(shared, 1, ERRORS)!.variance)).toBeLessThan(0.05);
	});
});

describe("an equal version, whose hours are each other's chance", () => {
	it("is failed in hardly any of 400 rollouts at an e-value of 20, looked at every four hours from the sixteenth on", () => {
		let crossed = 0;
		for (let seed = 0; seed < 400; seed++) {
			const random = seededRandom(seed);
			const hour = (): Group => ({ n: 40, sum: 40 * (5 + random.exponential(20)) });
			const blocks = Array.from({ length: 96 }, () => ({ challenger: hour(), champion: hour() }));
			let largest = 0;
			for (let seen = 16; seen <= 96; seen += 4) {
				const starts = [0, 24, 48, 72].filter((from) => from < seen).map((from) => evidenceOf(blocks.slice(from, seen)));
				largest = Math.max(largest, startedLogE(starts));
			}
			if (largest >= Math.log(20)) crossed++;
		}
		// At 5 % more than 30 of 400 come once in a hundred; twice the 5 % would be 40.
		expect(crossed).toBeLessThanOrEqual(30);
	});
});

function evidenceOf(blocks: MeanStratum["blocks"]): number {
	if (blocks.length < 16) return 0;
	const arms = { challenger: blocks.map((block) => block.challenger), champion: blocks.map((block) => block.champion) };
	const contrast = meanContrast({ ...arms, blocks }, 1, ERRORS);
	return contrastLogE(contrast === null ? [] : [contrast]);
}

describe("the evidence on means", () => {
	it("bets on small and large effects: one that doubles is found long before a bet on five percent would find it", () => {
		const doubled = [{ mean: 1, variance: 0.04 }];
		expect(contrastLogE(doubled)).toBeGreaterThan(meanShiftLogE(doubled) + 5);
		const small = [{ mean: 0.03, variance: 0.0001 }];
		expect(contrastLogE(small)).toBeGreaterThan(meanShiftLogE(small) - 1);
		expect(contrastLogE([])).toBe(0);
	});

	it("since several starts is at least a part of that since each, and 1 where nothing is known", () => {
		expect(startedLogE([0])).toBeCloseTo(0, 12);
		expect(startedLogE([0, 0, 0])).toBeCloseTo(0, 12);
		const late = startedLogE([-3, -2, 20]);
		expect(late).toBeGreaterThan(15);
		expect(late).toBeLessThan(20);
	});
});
