import { afterAll, describe, expect, it } from "vitest";
import { type AbsoluteOptions, createAbsoluteProcess } from "./absolute-process.ts";
import { type CompareOptions, createCompareProcess } from "./compare-process.ts";
import { divergenceOptions } from "./divergence.ts";
import { pairedLabelsOptions } from "./paired-labels.ts";
import {
	absoluteLimitOptions,
	CRASH_OPTIONS,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "./preset-options.ts";
import { crosses, type Judging, livePairs, liveTwoArms, type Traffic } from "./testing/boundary-traffic.ts";
import { crossingLimit, moreThan } from "./testing/crossings.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

/*
 * P(sup E >= 1/alpha) <= alpha at the boundary of the null, for every gate, with traffic that swings, a hiccup of both arms and a change of weight.
 * Three forms of each gate: as in production; with tempering, cap and restarts off; and with one bet alone, which has nothing to spare
 * and comes close to alpha, so that a test which is wrong by a factor of two and a half is caught.
 */
const ALPHA = 0.05;
const { runs: RUNS, most: MOST } = crossingLimit(ALPHA);
const UNTEMPERED = { tempering: "none", capNats: 600, eps: 0.001, restarts: { kind: "none" } } as const;

/** A gate at its boundary, in production and with one bet. */
interface Boundary {
	readonly name: string;
	readonly forms: Readonly<Record<"production" | "untempered" | "one bet", () => Judging>>;
	readonly traffic: (judging: Judging, uniform: () => number) => Generator<void>;
	/** The traffic of the form with one bet, where it is another one. */
	readonly oneBetTraffic?: (judging: Judging, uniform: () => number) => Generator<void>;
}

function compared(name: string, options: CompareOptions, traffic: Traffic, bet: number, oneBet: Partial<Traffic> = {}): Boundary {
	return {
		name,
		forms: comparedForms(options, bet),
		traffic: (judging, uniform) => liveTwoArms(judging, traffic, uniform),
		oneBetTraffic: (judging, uniform) => liveTwoArms(judging, { ...traffic, ...oneBet }, uniform),
	};
}

function comparedForms(options: CompareOptions, bet: number): Boundary["forms"] {
	return {
		production: () => createCompareProcess(options),
		untempered: () => createCompareProcess({ ...options, ...UNTEMPERED }),
		"one bet": () => createCompareProcess({ ...options, ...UNTEMPERED, blockWindows: 1, grid: [bet] }),
	};
}

function absolute(name: string, options: AbsoluteOptions, bet: number): Boundary {
	const form = (changed: Partial<AbsoluteOptions>) => (): Judging => {
		const process = createAbsoluteProcess({ ...options, ...changed });
		return { update: (k1, n1) => process.update(k1, n1), logE: process.logE };
	};
	const none = { restarts: { kind: "none" } } as const;
	return {
		name,
		forms: { production: form({}), untempered: form(none), "one bet": form({ ...none, stakes: [bet] }) },
		// The null of a limit is that each second keeps it, so there is no hiccup above it.
		traffic: (judging, uniform) => {
			const at = { championRate: options.tau, challengerRate: () => options.tau, hiccup: false };
			return liveTwoArms(judging, at, uniform);
		},
	};
}

function paired(name: string, options: CompareOptions, delta: number, bet: number): Boundary {
	return {
		name,
		forms: comparedForms(options, bet),
		traffic: (judging, uniform) => livePairs(judging, 0.02 + delta, 0.02, uniform),
	};
}

/** An absolute limit fails only where the challenger is also worse than the champion: the minimum of both, at the boundary of both. */
function attributed(name: string, options: AbsoluteOptions, guard: CompareOptions): Boundary {
	const limit = absolute(name, options, 1.2).forms;
	const worse = comparedForms(guard, 0.004);
	const both = (form: keyof Boundary["forms"]) => (): Judging => {
		const parts = [limit[form](), worse[form]()];
		return {
			update: (...counts) => {
				for (const part of parts) part.update(...counts);
			},
			logE: () => Math.min(...parts.map((part) => part.logE())),
		};
	};
	const at = { championRate: options.tau - 0.001, challengerRate: plus(0.001), hiccup: false };
	return {
		name,
		forms: { production: both("production"), untempered: both("untempered"), "one bet": both("one bet") },
		traffic: (judging, uniform) => liveTwoArms(judging, at, uniform),
	};
}

const FEW = 0.003;
const MANY = 0.03;
const calm = { hiccup: false, championRate: MANY };
const equal = (p0: number) => p0;
const plus = (delta: number) => (p0: number) => p0 + delta;
const half = (p0: number) => 1.5 * p0;

const BOUNDARIES: readonly Boundary[] = [
	compared("error <= champion, fail", errorWithinOptions(0).fail, { championRate: FEW, challengerRate: equal }, 0.006, calm),
	compared("error <= champion, pass", errorWithinOptions(0).pass, { championRate: FEW, challengerRate: equal }, 0.75, calm),
	compared(
		"error <= champion + 0.1pp, fail",
		errorWithinOptions(0.001).fail,
		{ championRate: FEW, challengerRate: plus(0.001) },
		0.004,
		calm,
	),
	compared(
		"error <= champion + 0.1pp, pass",
		errorWithinOptions(0.001).pass,
		{ championRate: FEW, challengerRate: plus(0.001) },
		0.75,
	),
	compared(
		"error <= champion + 0.5pp, fail",
		errorWithinOptions(0.005).fail,
		{ championRate: FEW, challengerRate: plus(0.005) },
		0.002,
	),
	compared(
		"error <= champion + 0.5pp, pass",
		errorWithinOptions(0.005).pass,
		{ championRate: FEW, challengerRate: plus(0.005) },
		0.5,
	),
	compared(
		"error <= champion + 50%, fail",
		errorRatioOptions(1.5).fail,
		{ championRate: FEW, challengerRate: half },
		0.006,
		calm,
	),
	compared("error <= champion + 50%, pass", errorRatioOptions(1.5).pass, { championRate: FEW, challengerRate: half }, 0.75, calm),
	compared("p95, fail", quantileExceedanceOptions(0.95).fail, { championRate: 0.05, challengerRate: equal }, 1.2),
	compared("p95, pass", quantileExceedanceOptions(0.95).pass, { championRate: 0.05, challengerRate: equal }, 0.8),
	compared("crash", CRASH_OPTIONS, { championRate: FEW, challengerRate: plus(0.1) }, 0.03),
	absolute("error <= 1%, fail", absoluteLimitOptions(0.01).fail, 1.2),
	absolute("error <= 1%, pass", absoluteLimitOptions(0.01).pass, 0.8),
	attributed("error <= 1% and worse than the champion, fail", absoluteLimitOptions(0.01).fail, errorWithinOptions(0.001).fail),
	absolute("p99 <= 250ms, fail", absoluteLimitOptions(1 - 0.99).fail, 1.3),
	absolute("p99 <= 250ms, pass", absoluteLimitOptions(1 - 0.99).pass, 0.75),
	absolute("divergence <= 5%, fail", divergenceOptions(0.05).fail, 1.1),
	absolute("divergence <= 5%, pass", divergenceOptions(0.05).pass, 0.9),
	paired("accuracy >= champion on pairs, fail", pairedLabelsOptions(0).fail, 0, 0.004),
	paired("accuracy >= champion on pairs, pass", pairedLabelsOptions(0).pass, 0, 0.8),
	paired("accuracy >= champion - 1pp on pairs, fail", pairedLabelsOptions(0.01).fail, 0.01, 0.004),
	paired("accuracy >= champion - 1pp on pairs, pass", pairedLabelsOptions(0.01).pass, 0.01, 0.5),
];

/**
 * The crash gate has much to spare whatever it bets: at rates of 10 % failures vary less than the Poisson counts it allows for. So has a
 * minimum of two.
 */
const SHARP = BOUNDARIES.filter(({ name }) => name !== "crash" && !name.includes(" and "));

const counted = new Map<string, number>();

/** In how many of RUNS runs E reaches 1/alpha; each gate has a seed of its own. */
function crossings(boundary: Boundary, form: keyof Boundary["forms"], alpha = ALPHA): number {
	const key = `${boundary.name} ${form} ${alpha}`;
	const known = counted.get(key);
	if (known !== undefined) return known;
	const uniform = seededUniforms(100 + BOUNDARIES.indexOf(boundary));
	const live = form === "one bet" ? (boundary.oneBetTraffic ?? boundary.traffic) : boundary.traffic;
	const crossed = crossingsOf(boundary.forms[form], live, alpha, uniform);
	counted.set(key, crossed);
	return crossed;
}

function crossingsOf(create: () => Judging, live: Boundary["traffic"], alpha: number, uniform: () => number): number {
	let crossed = 0;
	for (let run = 0; run < RUNS; run++) {
		const judging = create();
		if (crosses(judging, live(judging, uniform), alpha)) crossed++;
	}
	return crossed;
}

const report: string[] = [];
const percent = (count: number) => `${((100 * count) / RUNS).toFixed(1)}%`;

afterAll(() => {
	console.log(`P(sup E >= 20) of ${RUNS} runs, at most ${MOST} (5% promised):\n${report.join("\n")}`);
});

describe("the runs of these tests", () => {
	it("catch twice alpha with a probability of 95 %, and call alpha itself wrong with 1 %", () => {
		expect(moreThan(MOST, RUNS, 2 * ALPHA)).toBeGreaterThanOrEqual(0.95);
		expect(moreThan(MOST, RUNS, ALPHA)).toBeLessThanOrEqual(0.01);
		expect(RUNS).toBe(425);
	});
});

describe("at the boundary of its null a gate crosses 1/alpha with a probability of at most alpha, looked at every second", () => {
	it.each(BOUNDARIES.map((boundary) => [boundary.name, boundary] as const))("%s", (name, boundary) => {
		const seen = (["production", "untempered", "one bet"] as const).map((form) => {
			const crossed = crossings(boundary, form);
			expect(crossed, form).toBeLessThanOrEqual(MOST);
			return `${form} ${percent(crossed)}`;
		});
		report.push(`  ${name}: ${seen.join(", ")}`);
	});

	it("and with one bet alone it nearly does: the promise is kept without much to spare", () => {
		const crossed = SHARP.reduce((sum, boundary) => sum + crossings(boundary, "one bet"), 0);
		const runs = SHARP.length * RUNS;
		report.push(`  all with one bet: ${((100 * crossed) / runs).toFixed(2)}% of ${runs}`);
		expect(crossed / runs).toBeGreaterThan(ALPHA / 2);
		expect(crossed / runs).toBeLessThan(ALPHA);
	});

	it("a challenger that fails exactly half as often again is not failed for it by one request a second", () => {
		const uniform = seededUniforms(1);
		const live = function* (judging: Judging): Generator<void> {
			for (let second = 0; second < 1_200; second++) {
				judging.update(binomial(uniform, 1, 0.75), 1, binomial(uniform, 1, 0.5), 1);
				yield;
			}
		};
		let crossed = 0;
		for (let run = 0; run < 60; run++) {
			const judging = createCompareProcess(errorRatioOptions(1.5).fail);
			if (crosses(judging, live(judging), ALPHA)) crossed++;
		}
		expect(crossed).toBeLessThanOrEqual(3);
	});
});

describe("these tests can fail", () => {
	it("a judge that allows two and a half times alpha is caught, by most gates alone", () => {
		const caught = SHARP.filter((boundary) => crossings(boundary, "one bet", 2.5 * ALPHA) > MOST);
		expect(caught.length).toBeGreaterThanOrEqual(0.6 * SHARP.length);
		const crossed = SHARP.reduce((sum, boundary) => sum + crossings(boundary, "one bet", 2.5 * ALPHA), 0);
		report.push(
			`  2.5 times alpha: ${((100 * crossed) / SHARP.length / RUNS).toFixed(2)}%, ${caught.length} of ${SHARP.length} gates catch it`,
		);
		expect(crossed / SHARP.length / RUNS).toBeGreaterThan(1.5 * ALPHA);
	});

	it("a gate that forgets its tolerance is caught", () => {
		const forgetful = () => createCompareProcess(errorWithinOptions(0).fail);
		const live: Boundary["traffic"] = (judging, uniform) =>
			liveTwoArms(judging, { championRate: FEW, challengerRate: plus(0.005) }, uniform);
		expect(crossingsOf(forgetful, live, ALPHA, seededUniforms(1))).toBeGreaterThan(MOST);
	});

	it("a limit held against the wrong percentile is caught", () => {
		const forms = absolute("p95 instead of p99", absoluteLimitOptions(0.01).fail, 1.2).forms;
		const live: Boundary["traffic"] = (judging, uniform) =>
			liveTwoArms(judging, { championRate: 0.02, challengerRate: () => 0.02, hiccup: false }, uniform);
		expect(crossingsOf(forms.production, live, ALPHA, seededUniforms(1))).toBeGreaterThan(MOST);
	});
});
