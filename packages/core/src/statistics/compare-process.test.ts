import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_WINDOW_REQUESTS } from "./assertions.ts";
import { type CompareProcess, createCompareProcess } from "./compare-process.ts";
import { EXCESS_GRID } from "./grids.ts";
import { crashGate, errorRatio, errorWithin, quantileExceedance } from "./testing/presets.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

type Counts = [k1: number, n1: number, k0: number, n0: number];

const ALL_COMPARE_GATES: Readonly<Record<string, () => CompareProcess>> = {
	"error <= champion, fail": () => errorWithin(0).fail,
	"error <= champion, pass": () => errorWithin(0).pass,
	"error <= champion + 0.1pp, fail": () => errorWithin(0.001).fail,
	"error <= champion + 0.5pp, fail": () => errorWithin(0.005).fail,
	"error <= champion + 0.5pp, pass": () => errorWithin(0.005).pass,
	"error <= champion + 50%, fail": () => errorRatio(1.5).fail,
	"error <= champion + 50%, pass": () => errorRatio(1.5).pass,
	"p95, fail": () => quantileExceedance(0.95).fail,
	"p95, pass": () => quantileExceedance(0.95).pass,
	crash: crashGate,
};

function armCounts(most: number): fc.Arbitrary<[k: number, n: number]> {
	return fc.nat({ max: most }).chain((n) => fc.tuple(fc.nat({ max: n }), fc.constant(n)));
}

const anyArm = fc.oneof(armCounts(0), armCounts(3), armCounts(500), armCounts(MAX_WINDOW_REQUESTS));
const anyWindows: fc.Arbitrary<Counts[]> = fc.array(
	fc.tuple(anyArm, anyArm).map(([[k1, n1], [k0, n0]]): Counts => [k1, n1, k0, n0]),
	{ maxLength: 80 },
);

describe("a compare process", () => {
	it("starts with no evidence either way", () => {
		for (const create of Object.values(ALL_COMPARE_GATES)) expect(create().logE()).toBe(0);
	});

	it.each(Object.entries(ALL_COMPARE_GATES))("%s: evidence and dispersion are numbers whatever is counted", (_, create) => {
		fc.assert(
			fc.property(anyWindows, (windows) => {
				const process = create();
				for (const counts of windows) {
					process.update(...counts);
					expect(Number.isFinite(process.logE())).toBe(true);
					expect(process.dispersion()).toBeGreaterThanOrEqual(1);
					expect(Number.isFinite(process.dispersion())).toBe(true);
				}
			}),
			{ numRuns: 40 },
		);
	});

	it("takes a window in which one arm had no traffic as nothing but the passing of time", () => {
		fc.assert(
			fc.property(anyWindows, (windows) => {
				const [given, emptied] = [errorWithin(0.001).fail, errorWithin(0.001).fail];
				for (const [k1, n1, k0, n0] of windows) {
					given.update(k1, n1, k0, n0);
					if (n1 === 0 || n0 === 0) emptied.update(0, 0, 0, 0);
					else emptied.update(k1, n1, k0, n0);
					expect(given.logE()).toBe(emptied.logE());
				}
			}),
		);
	});

	it("keeps its evidence through a silence between two restarts", () => {
		const process = errorWithin(0.001).fail;
		for (let second = 0; second < 30; second++) process.update(second % 3, 50, 0, 50);
		const before = process.logE();
		for (let second = 30; second < 60; second++) {
			process.update(0, 0, 1, 100);
			expect(process.logE()).toBeCloseTo(before, 12);
		}
		expect(before).toBeGreaterThan(3);
	});

	it("says the same whatever the order in which gateways reported, bit for bit", () => {
		const uniform = seededUniforms(7);
		const perGateway = Array.from({ length: 7 }, () =>
			Array.from({ length: 120 }, (): Counts => [binomial(uniform, 30, 0.02), 30, binomial(uniform, 70, 0.01), 70]),
		);
		const judge = (gateways: readonly (readonly Counts[])[]) => {
			const process = errorWithin(0.001).fail;
			for (let second = 0; second < 120; second++) {
				const merged: Counts = [0, 0, 0, 0];
				for (const gateway of gateways)
					gateway[second]!.forEach((count, i) => {
						merged[i]! += count;
					});
				process.update(...merged);
			}
			return process.logE();
		};
		expect(judge(perGateway.toReversed())).toBe(judge(perGateway));
		expect(judge([...perGateway.slice(3), ...perGateway.slice(0, 3)])).toBe(judge(perGateway));
	});

	it("needs more than two blocks, so a burst of five seconds never decides alone", () => {
		const process = errorWithin(0).fail;
		for (let second = 0; second < 20; second++) process.update(0, 50, 0, 50);
		for (let second = 0; second < 5; second++) process.update(50, 50, 0, 50);
		expect(process.logE()).toBeLessThan(4);
	});

	it.each([
		["k above n", [5, 4, 0, 4]],
		["a negative count", [-1, 4, 0, 4]],
		["a fraction", [0.5, 4, 0, 4]],
		["NaN", [0, 4, Number.NaN, 4]],
		["infinity", [0, 4, 0, Number.POSITIVE_INFINITY]],
		["more than a window can hold", [0, MAX_WINDOW_REQUESTS + 1, 0, 4]],
	] as [string, Counts][])("throws on %s and keeps the evidence it had", (_, counts) => {
		const process = errorWithin(0).fail;
		process.update(1, 5, 0, 5);
		const before = process.logE();
		expect(() => process.update(...counts)).toThrow(RangeError);
		expect(process.logE()).toBe(before);
	});

	it("refuses options under which crossing would prove nothing", () => {
		const wrong = [
			{ grid: [] },
			{ grid: [0] },
			{ grid: [0.5], alternative: "odds" },
			{ grid: [2], alternative: "odds", side: "pass" },
			{ grid: EXCESS_GRID, delta: 0.01, mode: "cond" },
			{ grid: [2], delta: 0.01, alternative: "odds" },
			{ grid: EXCESS_GRID, rho: 0 },
			{ grid: EXCESS_GRID, delta: Number.NaN },
			{ grid: EXCESS_GRID, blockWindows: 7 },
			{ grid: EXCESS_GRID, restarts: { kind: "fixed", atWindows: [5], firstWeight: 0.7 } },
			{ grid: EXCESS_GRID, restarts: { kind: "endless", everyWindows: 60, firstWeight: 1 } },
		] as const;
		for (const options of wrong) expect(() => createCompareProcess(options)).toThrow(RangeError);
	});
});
