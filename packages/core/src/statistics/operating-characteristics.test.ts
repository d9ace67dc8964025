import { describe, expect, it } from "vitest";
import { type CompareProcess, createCompareProcess } from "./compare-process.ts";
import { EXCESS_GRID } from "./grids.ts";
import { crashGate, errorRatio, errorWithin, quantileExceedance } from "./testing/presets.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

/** The worlds of these tests: requests per second in total, a rate per arm, 10 % then 50 % of the traffic at the challenger. */
interface World {
	readonly requestsPerSecond: number;
	readonly championRate: number;
	/** The challenger's rate at a second, given the champion's in that second. */
	readonly challengerRate: (championRate: number, second: number) => number;
	/** Share of traffic at the challenger. */
	readonly weight: (second: number) => number;
	/** A hiccup of both arms: 12 s from this second on. */
	readonly hiccupAt?: (uniform: () => number) => number;
}

/** Feeds `seconds` of a world and returns the largest evidence, and the first second at which it reached `threshold`. */
function live(process: CompareProcess, world: World, seconds: number, threshold: number, uniform: () => number) {
	const hiccup = world.hiccupAt?.(uniform) ?? Number.POSITIVE_INFINITY;
	let largest = Number.NEGATIVE_INFINITY;
	let crossedAt: number | undefined;
	for (let second = 0; second < seconds; second++) {
		const inHiccup = second >= hiccup && second < hiccup + 12;
		const p0 = Math.min(0.5, world.championRate * (inHiccup ? 21 : 1));
		const n1 = Math.round(world.requestsPerSecond * world.weight(second));
		const n0 = world.requestsPerSecond - n1;
		process.update(binomial(uniform, n1, world.challengerRate(p0, second)), n1, binomial(uniform, n0, p0), n0);
		largest = Math.max(largest, process.logE());
		if (crossedAt === undefined && largest >= threshold) crossedAt = second;
	}
	return { largest, crossedAt };
}

const tenThenFifty = (switchAt: number) => (second: number) => (second < switchAt ? 0.1 : 0.5);

describe("at the boundary of the null, with a hiccup of both arms and a change of weight", () => {
	const RUNS = 400;
	const ratioOfOdds = (factor: number) => (p0: number) => (factor * p0) / (1 - p0 + factor * p0);
	const boundary: readonly [string, () => CompareProcess, number, (p0: number) => number][] = [
		["error <= champion, fail", () => errorWithin(0).fail, 0.003, (p0) => p0],
		["error <= champion + 0.1pp, fail", () => errorWithin(0.001).fail, 0.003, (p0) => p0 + 0.001],
		["error <= champion + 0.5pp, fail", () => errorWithin(0.005).fail, 0.003, (p0) => p0 + 0.005],
		["error <= champion + 0.5pp, pass", () => errorWithin(0.005).pass, 0.003, (p0) => p0 + 0.005],
		["error <= champion + 50%, fail", () => errorRatio(1.5).fail, 0.003, (p0) => 1.5 * p0],
		["error <= champion + 50%, pass", () => errorRatio(1.5).pass, 0.003, (p0) => 1.5 * p0],
		["crash", crashGate, 0.003, (p0) => p0 + 0.1],
		["p95 <= champion + 20%, fail", () => quantileExceedance(0.95).fail, 0.05, ratioOfOdds(1)],
		["p95 <= champion + 20%, pass", () => quantileExceedance(0.95).pass, 0.05, ratioOfOdds(1)],
	];

	it.each(boundary)(
		"%s: at most 6 percent of 400 runs ever reach an e-value of 20",
		(_, create, championRate, challengerRate) => {
			const uniform = seededUniforms(20);
			const world: World = {
				requestsPerSecond: 500,
				championRate,
				challengerRate,
				weight: tenThenFifty(70),
				hiccupAt: (next) => Math.floor(next() * 108),
			};
			let crossed = 0;
			for (let run = 0; run < RUNS; run++) {
				if (live(create(), world, 120, Math.log(20), uniform).crossedAt !== undefined) crossed += 1;
			}
			expect(crossed / RUNS).toBeLessThanOrEqual(0.06);
		},
	);
});

describe("a challenger as good as the champion", () => {
	it("is failed by the default error gate in less than 1 % of 300 rollouts", () => {
		const uniform = seededUniforms(3);
		const world: World = { requestsPerSecond: 500, championRate: 0.003, challengerRate: (p0) => p0, weight: tenThenFifty(180) };
		let failed = 0;
		for (let run = 0; run < 300; run++) {
			if (live(errorWithin(0.001).fail, world, 300, 6.35, uniform).crossedAt !== undefined) failed += 1;
		}
		expect(failed).toBeLessThanOrEqual(2);
	});

	it("is proven within 0.5pp in nearly every rollout at 500 requests a second", () => {
		const uniform = seededUniforms(4);
		const world: World = { requestsPerSecond: 500, championRate: 0.003, challengerRate: (p0) => p0, weight: tenThenFifty(180) };
		let passed = 0;
		for (let run = 0; run < 40; run++) {
			if (live(errorWithin(0.005).pass, world, 300, Math.log(20), uniform).crossedAt !== undefined) passed += 1;
		}
		expect(passed).toBeGreaterThanOrEqual(38);
	});
});

describe("a challenger that goes wrong", () => {
	const median = (seconds: readonly number[]) => seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)]!;

	function delays(create: () => CompareProcess, excess: number, onset: number, runs: number, thresholdNats = 6.35): number[] {
		const uniform = seededUniforms(5);
		const world: World = {
			requestsPerSecond: 500,
			championRate: 0.003,
			challengerRate: (p0, second) => (second < onset ? p0 : p0 + excess),
			weight: onset === 0 ? () => 0.1 : tenThenFifty(180),
		};
		return Array.from({ length: runs }, () => {
			const { crossedAt } = live(create(), world, onset + 120, thresholdNats, uniform);
			return crossedAt === undefined ? Number.POSITIVE_INFINITY : crossedAt + 1 - onset;
		});
	}

	it("from the start by 5pp is found within 15 s in the median, and always", () => {
		const found = delays(() => errorWithin(0.001).fail, 0.05, 0, 40);
		expect(median(found)).toBeLessThanOrEqual(15);
		expect(Math.max(...found)).toBeLessThanOrEqual(120);
	});

	it("dead from the start is found by the crash gate within 6 s", () => {
		expect(median(delays(crashGate, 0.5, 0, 40, Math.log(1 / (0.005 * 0.1))))).toBeLessThanOrEqual(6);
	});

	it.each([
		["200 s", 200, 30, 30],
		["1 h", 3_600, 5, 60],
		["4 h", 14_400, 2, 60],
	])("by 5pp after %s of health is found, within a minute in the median", (_, onset, runs, limit) => {
		const found = delays(() => errorWithin(0.001).fail, 0.05, onset, runs);
		expect(median(found)).toBeLessThanOrEqual(limit);
		expect(Math.max(...found)).toBeLessThanOrEqual(120);
	});

	it("is told from noise by the ten-minute fit where a fit over the whole life lags behind", () => {
		const dispersionAfter = (seconds: number, lifetimeFit: "forever" | "ten-minutes") => {
			const uniform = seededUniforms(8);
			const process = createCompareProcess({ delta: 0.001, grid: EXCESS_GRID, lifetimeFit, kappa: 0 });
			for (let second = 0; second < seconds; second++) {
				const p1 = second < 600 ? 0.003 : 0.023;
				process.update(binomial(uniform, 2_500, p1), 2_500, binomial(uniform, 2_500, 0.003), 2_500);
			}
			return process.dispersion();
		};
		expect(dispersionAfter(300, "ten-minutes")).toBe(dispersionAfter(300, "forever"));
		expect(dispersionAfter(2_400, "ten-minutes")).toBeLessThan(dispersionAfter(2_400, "forever"));
	});
});
