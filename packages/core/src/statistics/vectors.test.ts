import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createAbsoluteProcess } from "./absolute-process.ts";
import { betaBinomialInterval, betaBinomialLogE } from "./beta-binomial.ts";
import { chiSquareUpperTail } from "./chi-square.ts";
import { type CompareOptions, createCompareProcess } from "./compare-process.ts";
import { geometricGrid } from "./grids.ts";
import { incompleteBeta } from "./incomplete-beta.ts";
import { lnGamma } from "./ln-gamma.ts";
import { logNormalCdf, normalQuantile } from "./normal.ts";
import { EVERY_MINUTE } from "./restarts.ts";
import { ErrorBook, PROCESS_KINDS, type ProcessKind, processKindOf } from "./testing/reference-vectors.ts";

/** Reference cases made with Python 3.11, numpy 1.24.2 and scipy 1.10.1; each states its source and tolerance. */
const VECTORS = resolve(import.meta.dirname, "../../../../../shared/reference/statistics-vectors.json");

/** The parts of a case that tests read; which of them are there depends on its kind. */
interface Case<Inputs = unknown, Expected = unknown> {
	readonly name: string;
	readonly inputs: Inputs;
	readonly expected: Expected;
	readonly params: Readonly<{ delta?: number; tau?: number }>;
	readonly tol: number;
}

type Numbers = readonly number[];
type Counts = readonly [k1: number, n1: number, k0: number, n0: number];
type Grid = string | Numbers;

interface CompareInputs {
	readonly params: CompareParams;
	readonly windows_k1_n1_k0_n0: readonly Counts[];
	readonly report_every: number;
}

/** The options of the compare process as the vectors spell them. */
interface CompareParams {
	readonly rho: number;
	readonly delta: number;
	readonly grid: Grid;
	readonly mode: "cond" | "ewma";
	readonly alt: "add" | "odds";
	readonly side: "fail" | "pass";
	readonly p0: number;
	readonly bs?: number;
	readonly cap?: number;
	readonly kap?: number;
	readonly w0?: number;
	readonly restarts?: Numbers;
}

interface LongInputs {
	readonly segments: readonly { readonly cycle: readonly Counts[]; readonly times: number }[];
}

type AbsoluteInputs = Readonly<{ k: Numbers; n: Numbers; tau: number; u: Grid }>;
type IntervalInputs = Readonly<{ k: number; n: number; alpha: number; a: number; b: number }>;
type SpecialInputs = Readonly<{ x: Numbers; p: Numbers; df: Numbers; abx: readonly (readonly [number, number, number])[] }>;

const cases: readonly Case[] = JSON.parse(readFileSync(VECTORS, "utf8")).cases;
const book = new ErrorBook();
const asked = new Set<ProcessKind>();

function ofKind<Inputs, Expected>(kind: ProcessKind): readonly Case<Inputs, Expected>[] {
	asked.add(kind);
	return cases.filter((one): one is Case<Inputs, Expected> => processKindOf(one.name) === kind);
}

/** Remembers the error for the report, then fails the test when it is above the tolerance (or NaN). */
function expectNear(kind: string, actual: number, expected: number, tolerance: number, relative: boolean): void {
	const error = Math.abs(actual - expected) / (relative && expected !== 0 ? Math.abs(expected) : 1);
	book.note(kind, error);
	expect(error, `got ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
}

function expectAllNear(kind: string, actual: Numbers, expected: Numbers, tol: number, relative = false): void {
	expect(actual.length).toBe(expected.length);
	for (let i = 0; i < expected.length; i++) expectNear(kind, actual[i]!, expected[i]!, tol, relative);
}

/** `geom(.001,.6,10)` or a list of numbers. */
function parseGrid(grid: string | Numbers): Numbers {
	if (typeof grid !== "string") return grid;
	const [low, high, points] = /^geom\((.*)\)$/.exec(grid)![1]!.split(",").map(Number);
	return geometricGrid(low!, high!, points!);
}

function* windowsOf(one: Case<LongInputs>): Generator<Counts> {
	for (const { cycle, times } of one.inputs.segments) for (let i = 0; i < times; i++) yield* cycle;
}

afterEach(({ task }) => {
	const name = task.name.split(":")[0]!;
	if (processKindOf(name) !== undefined && task.result?.state !== "fail") book.reproduced(name);
});

afterAll(() => {
	console.log(book.report());
});

describe("the reference vectors", () => {
	it("are all there: none of the kinds has lost or gained a case unseen, and each has its test", () => {
		const counts = Object.fromEntries(
			[...asked].map((kind) => [kind, cases.filter(({ name }) => processKindOf(name) === kind).length]),
		);
		expect(counts).toEqual(PROCESS_KINDS);
	});

	it.each(ofKind<CompareInputs, { log_e: Numbers; phi: Numbers }>("compare"))(
		"$name: the compare process reproduces evidence and dispersion",
		({ inputs, expected, tol }) => {
			const process = createCompareProcess(compareOptions(inputs.params));
			const logE: number[] = [];
			const phi: number[] = [];
			inputs.windows_k1_n1_k0_n0.forEach((counts, i) => {
				process.update(...counts);
				if ((i + 1) % inputs.report_every !== 0) return;
				logE.push(process.logE());
				phi.push(process.dispersion());
			});
			expect(logE.length).toBeGreaterThanOrEqual(3);
			expectAllNear("compare", logE, expected.log_e, tol);
			expectAllNear("compare", phi, expected.phi, tol);
		},
	);

	it.each(ofKind<LongInputs, { log_e_last: number; log_e_max: number }>("long"))(
		"$name: endless restarts reproduce the evidence of a long life",
		(one) => {
			const process = longProcess(one.params);
			let largest = Number.NEGATIVE_INFINITY;
			for (const counts of windowsOf(one)) {
				process.update(...counts);
				largest = Math.max(largest, process.logE());
			}
			expectNear("long", process.logE(), one.expected.log_e_last, one.tol, false);
			expectNear("long", largest, one.expected.log_e_max, one.tol, false);
		},
	);

	it.each(ofKind<AbsoluteInputs, { log_e: Numbers }>("e_abs"))(
		"$name: the absolute process reproduces the evidence",
		({ inputs, expected, tol }) => {
			const logE = inputs.k.map((k, i) => {
				const process = createAbsoluteProcess({ tau: inputs.tau, stakes: parseGrid(inputs.u) });
				process.update(k, inputs.n[i]!);
				return process.logE();
			});
			expectAllNear("e_abs", logE, expected.log_e, tol);
		},
	);

	it.each(ofKind<IntervalInputs, { low: number; high: number; log_e_at_1pct: number }>("cs_betabinom"))(
		"$name: the confidence sequence has the same ends",
		({ inputs, expected, tol }) => {
			const { k, n, alpha, a, b } = inputs;
			const { low, high } = betaBinomialInterval(k, n, alpha, a, b);
			expectNear("cs_betabinom", low, expected.low, tol, false);
			expectNear("cs_betabinom", high, expected.high, tol, false);
			expectNear("cs_betabinom", betaBinomialLogE(k, n, 0.01, a, b), expected.log_e_at_1pct, tol, false);
		},
	);

	const special: Readonly<Record<string, (inputs: SpecialInputs) => number[]>> = {
		special_lgamma: ({ x }) => x.map(lnGamma),
		special_betainc: ({ abx }) => abx.map(([a, b, x]) => incompleteBeta(a, b, x)),
		special_ndtri: ({ p }) => p.map(normalQuantile),
		special_log_ndtr: ({ x }) => x.map(logNormalCdf),
		special_chi2_sf: ({ x, df }) => x.map((value, i) => chiSquareUpperTail(value, df[i]!)),
	};
	it.each(ofKind<SpecialInputs, { [name: string]: Numbers }>("special"))(
		"$name: the special function agrees with scipy",
		({ name, inputs, expected, tol }) => {
			expectAllNear(name, special[name]!(inputs), Object.values(expected)[0]!, tol, true);
		},
	);
});

function compareOptions(params: CompareParams): CompareOptions {
	const { rho, delta, mode, alt, side, p0, bs, cap, kap, w0 = 0.7, restarts = [0, 60, 120, 180, 240] } = params;
	return {
		rho,
		delta,
		grid: parseGrid(params.grid),
		mode,
		alternative: alt,
		side,
		p0,
		...(bs === undefined ? {} : { blockWindows: bs }),
		...(cap === undefined ? {} : { capNats: cap }),
		...(kap === undefined ? {} : { kappa: kap }),
		restarts: side === "pass" ? { kind: "none" } : { kind: "fixed", atWindows: restarts, firstWeight: w0 },
		lifetimeFit: "forever",
	};
}

function longProcess({ delta, tau }: Case["params"]): {
	update(...counts: Counts): void;
	logE(): number;
} {
	if (tau !== undefined) {
		const process = createAbsoluteProcess({ tau, stakes: geometricGrid(1.1, 40, 16), restarts: EVERY_MINUTE });
		return { update: (k1, n1) => process.update(k1, n1), logE: process.logE };
	}
	return createCompareProcess({ delta: delta!, grid: geometricGrid(0.001, 0.6, 10), lifetimeFit: "forever" });
}
