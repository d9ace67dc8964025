import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAbsoluteProcess } from "./absolute-process.ts";
import { type CompareOptions, createCompareProcess } from "./compare-process.ts";
import { divergenceOptions } from "./divergence.ts";
import { lnGamma } from "./ln-gamma.ts";
import { pairedLabelsOptions } from "./paired-labels.ts";
import {
	absoluteLimitOptions,
	CRASH_OPTIONS,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "./preset-options.ts";
import type { RestartOptions } from "./restarts.ts";
import type { Counts, Judging } from "./testing/boundary-traffic.ts";

/*
 * What makes E an e-process is one inequality: whatever was seen so far, one more window at the boundary of the null does not raise E on average.
 * Here that average is formed exactly, over every outcome of a small window with its probability, after histories drawn at random.
 */

/** Starts in the midst of a history too, so that restarts are part of what is shown. */
const RESTARTS: RestartOptions = { kind: "endless", everyWindows: 10, firstWeight: 0.7 };

function compared(options: CompareOptions): readonly (() => Judging)[] {
	return [
		() => createCompareProcess(options),
		() => createCompareProcess({ ...options, restarts: RESTARTS }),
		() => createCompareProcess({ ...options, tempering: "none" }),
		() => createCompareProcess({ ...options, tempering: "none", capNats: 600, eps: 0.001, blockWindows: 1 }),
		() => createCompareProcess({ ...options, kappa: 3, blockWindows: 2, restarts: { kind: "none" } }),
	];
}

/** Gates on two independent arms, and the challenger's rate at the boundary, given the champion's. */
const TWO_ARMS: readonly (readonly [string, CompareOptions, (p0: number) => number])[] = [
	["error <= champion, fail", errorWithinOptions(0).fail, (p0) => p0],
	["error <= champion, pass", errorWithinOptions(0).pass, (p0) => p0],
	["error <= champion + 0.1pp, fail", errorWithinOptions(0.001).fail, (p0) => p0 + 0.001],
	["error <= champion + 0.1pp, pass", errorWithinOptions(0.001).pass, (p0) => p0 + 0.001],
	["error <= champion + 0.5pp, fail", errorWithinOptions(0.005).fail, (p0) => p0 + 0.005],
	["error <= champion + 0.5pp, pass", errorWithinOptions(0.005).pass, (p0) => p0 + 0.005],
	["error <= champion + 50%, fail", errorRatioOptions(1.5).fail, (p0) => 1.5 * p0],
	["error <= champion + 50%, pass", errorRatioOptions(1.5).pass, (p0) => 1.5 * p0],
	["error <= champion - 20%, fail", errorRatioOptions(0.8).fail, (p0) => 0.8 * p0],
	["error <= champion - 20%, pass", errorRatioOptions(0.8).pass, (p0) => 0.8 * p0],
	["p95, fail", quantileExceedanceOptions(0.95).fail, (p0) => p0],
	["p95, pass", quantileExceedanceOptions(0.95).pass, (p0) => p0],
	["crash", CRASH_OPTIONS, (p0) => p0 + 0.1],
];

const lnChoose = (n: number, k: number) => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
const binomialPmf = (k: number, n: number, p: number) =>
	p === 0 ? Number(k === 0) : p === 1 ? Number(k === n) : Math.exp(lnChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));

interface Outcome {
	readonly probability: number;
	readonly counts: Counts;
}

function outcomesOfTwoArms(n1: number, p1: number, n0: number, p0: number): readonly Outcome[] {
	return upTo(n1).flatMap((k1) =>
		upTo(n0).map((k0) => ({ probability: binomialPmf(k1, n1, p1) * binomialPmf(k0, n0, p0), counts: [k1, n1, k0, n0] })),
	);
}

/** Of n pairs b have only the challenger wrong and c only the champion. */
function outcomesOfPairs(n: number, pb: number, pc: number): readonly Outcome[] {
	return upTo(n).flatMap((b) =>
		upTo(n - b).map((c) => ({ probability: binomialPmf(b, n, pb) * binomialPmf(c, n - b, pc / (1 - pb)), counts: [b, n, c, n] })),
	);
}

const upTo = (n: number) => Array.from({ length: n + 1 }, (_, k) => k);

/** E[E after] / E before. */
function expectedGrowth(create: () => Judging, history: readonly Counts[], outcomes: readonly Outcome[]): number {
	const after = (last: readonly Counts[]) => {
		const judging = create();
		for (const counts of [...history, ...last]) judging.update(...counts);
		return judging.logE();
	};
	const before = after([]);
	return outcomes.reduce((sum, { probability, counts }) => sum + probability * Math.exp(after([counts]) - before), 0);
}

const arm = (most: number) =>
	fc
		.integer({ min: 0, max: most })
		.chain((n) => fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: n })), fc.constant(n)));
const histories: fc.Arbitrary<Counts[]> = fc.array(
	fc.tuple(fc.oneof(arm(6), arm(60)), fc.oneof(arm(12), arm(200))).map(([[k1, n1], [k0, n0]]): Counts => [k1, n1, k0, n0]),
	{ maxLength: 24, size: "max" },
);
const rates = fc.oneof(fc.double({ min: 0, max: 0.05, noNaN: true }), fc.double({ min: 0, max: 0.6, noNaN: true }));
const sizes = fc.integer({ min: 1, max: 7 });
/** Rounding of sums of some hundred terms. */
const SLACK = 1e-9;
const RUNS = { numRuns: 100 };

describe("one more window at the boundary of the null raises E on average by nothing, whatever was seen before", () => {
	it.each(TWO_ARMS)("%s", (_, options, challengerRate) => {
		fc.assert(
			fc.property(histories, sizes, sizes, rates, fc.constantFrom(...compared(options)), (history, n1, n0, p0, create) => {
				const outcomes = outcomesOfTwoArms(n1, Math.min(1, challengerRate(p0)), n0, p0);
				expect(expectedGrowth(create, history, outcomes)).toBeLessThanOrEqual(1 + SLACK);
			}),
			RUNS,
		);
	});

	it.each([
		["accuracy >= champion on pairs, fail", pairedLabelsOptions(0).fail, 0],
		["accuracy >= champion on pairs, pass", pairedLabelsOptions(0).pass, 0],
		["accuracy >= champion - 1pp on pairs, fail", pairedLabelsOptions(0.01).fail, 0.01],
		["accuracy >= champion - 1pp on pairs, pass", pairedLabelsOptions(0.01).pass, 0.01],
	])("%s", (_, options, delta) => {
		fc.assert(
			fc.property(
				histories,
				sizes,
				fc.double({ min: 0, max: 0.45, noNaN: true }),
				fc.constantFrom(...compared(options)),
				(history, n, pc, create) => {
					const ofPairs = history.map(([b, n1, c]): Counts => [b, n1, Math.min(c, n1 - b), n1]);
					expect(expectedGrowth(create, ofPairs, outcomesOfPairs(n, pc + delta, pc))).toBeLessThanOrEqual(1 + SLACK);
				},
			),
			RUNS,
		);
	});

	it.each([
		["error <= 1%, fail", absoluteLimitOptions(0.01).fail, 0.01],
		["error <= 1%, pass", absoluteLimitOptions(0.01).pass, 0.01],
		["divergence <= 5%, fail", divergenceOptions(0.05).fail, 0.05],
		["divergence <= 5%, pass", divergenceOptions(0.05).pass, 0.05],
	])("%s", (_, options, tau) => {
		fc.assert(
			fc.property(histories, sizes, fc.boolean(), (history, n, restarted) => {
				const create = (): Judging => {
					const process = createAbsoluteProcess(restarted ? { ...options, restarts: RESTARTS } : options);
					return { update: (k1, n1) => process.update(k1, n1), logE: process.logE };
				};
				const outcomes = outcomesOfTwoArms(n, tau, 0, 0);
				expect(expectedGrowth(create, history, outcomes)).toBeLessThanOrEqual(1 + SLACK);
			}),
			RUNS,
		);
	});

	it("holds for every null between the arms' rates too: a challenger better than the boundary only loses E", () => {
		fc.assert(
			fc.property(histories, sizes, sizes, rates, fc.double({ min: 0, max: 1, noNaN: true }), (history, n1, n0, p0, share) => {
				const create = () => createCompareProcess(errorWithinOptions(0.005).fail);
				const outcomes = outcomesOfTwoArms(n1, share * (p0 + 0.005), n0, p0);
				expect(expectedGrowth(create, history, outcomes)).toBeLessThanOrEqual(1 + SLACK);
			}),
			RUNS,
		);
	});
});
