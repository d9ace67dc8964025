import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Window } from "../analysis/index.ts";
import { NO_OBJECTIVES, type Plan, parsePlan } from "../plan/index.ts";
import { bucketOf, sparseSketch } from "../statistics/index.ts";
import { seededRandom, simulateOnTraffic, summariseRollouts, TrafficRecord } from "./index.ts";
import { latencyAtUs } from "./latency-mixture.ts";
import { splitSecond } from "./simulate-on-traffic.ts";

const NO_NOISE = { errors: 0, latency: 0 };
const NOTHING = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };

function planOf(...gates: readonly string[]): Plan {
	const stages = [{ canary: { weight: "10%", hold: "180s", gates } }, { canary: { weight: "50%", hold: "120s" } }, "promote"];
	const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
	if (!plan.ok) throw new Error(plan.refusal.message);
	return plan.value;
}

const DEFAULT = planOf("error_rate <= champion + 0.1pp", "latency_p95 <= champion + 20%");

/** A champion on some gateways; the error rate is theirs, together, in each second. */
function recorded(seconds: number, rate: number, errorRate: (second: number) => number, gateways = 2): TrafficRecord {
	const random = seededRandom(99);
	const record = new TrafficRecord();
	for (let second = 0; second < seconds; second++) {
		for (let gateway = 0; gateway < gateways; gateway++) {
			const n = random.poisson(rate / gateways);
			const buckets = new Array<number>(2_500).fill(0);
			for (let i = 0; i < n; i++) buckets[bucketOf(latencyAtUs(random.uniform(), 1))]!++;
			const failed = { runtime: random.binomial(n, errorRate(second)), timeout: 0, output: 0, reset: 0 };
			const champion = { role: "champion", n, failed, over: [], latency: sparseSketch(buckets) } as const;
			const trial = { role: "challenger", n: 50, failed: { ...failed, runtime: 50 }, over: [], latency: [] } as const;
			record.take({
				...{ v: 1, gateway: `g${gateway}`, boot: "b", sequence: second, second, table: { epoch: 1, revision: 1 } },
				...{ thresholds: "t", endpoint: "e", arms: { a: champion, b: trial }, excluded: NOTHING, dropped: 0 },
			} satisfies Window);
		}
	}
	return record;
}

describe("recorded traffic of a champion", () => {
	it("is counted as the plan's gates count it, whatever a challenger did beside it", () => {
		const { seconds, latencyUs, championUs } = recorded(60, 400, () => 0.01).under(DEFAULT);
		expect(seconds).toHaveLength(60);
		const sum = (of: (index: number) => number) => seconds.reduce((total, _, index) => total + of(index), 0);
		const n = sum((i) => seconds[i]!.n);
		expect(sum((i) => seconds[i]!.failed) / n).toBeCloseTo(0.01, 2);
		expect(championUs["0.95"]! / 1_000).toBeCloseTo(122, -1.3);
		expect(latencyUs).toEqual([championUs["0.95"], Math.round(championUs["0.95"]! * 1.2)]);
		expect(sum((i) => seconds[i]!.over[0]!) / n).toBeCloseTo(0.05, 2);
		for (const { n: all, over } of seconds) expect([all, ...over]).toEqual([all, ...over].toSorted((a, b) => b - a));
	});

	it("does not roll back a version that is the champion itself, hiccups of both included", () => {
		const traffic = recorded(400, 500, (second) => (second % 97 < 8 ? 0.15 : 0.003)).under(DEFAULT);
		const script = { plan: DEFAULT, traffic, durationSeconds: 300, noise: NO_NOISE };
		const rollouts = Array.from({ length: 40 }, (_, seed) => simulateOnTraffic(script, seededRandom(seed)));
		expect(summariseRollouts(rollouts).rolledBack).toBeLessThanOrEqual(1 / 40);
	});

	it("shows what noise between copies of one version does to a rule with a small tolerance", () => {
		const plan = planOf("error_rate <= champion + 0.1pp");
		const traffic = recorded(200, 3_000, () => 0.05, 1).under(plan);
		const noisy = { plan, traffic, durationSeconds: 300, noise: { errors: 3, latency: 0 } };
		const rollouts = Array.from({ length: 20 }, (_, seed) => simulateOnTraffic(noisy, seededRandom(seed)));
		expect(summariseRollouts(rollouts).rolledBack).toBeGreaterThan(0.2);
		const quiet = Array.from({ length: 20 }, (_, seed) => simulateOnTraffic({ ...noisy, noise: NO_NOISE }, seededRandom(seed)));
		expect(summariseRollouts(quiet).rolledBack).toBeLessThanOrEqual(0.05);
	});

	it("is split the same way for the same seed", () => {
		const traffic = recorded(60, 300, () => 0.01).under(DEFAULT);
		const run = (seed: number) =>
			simulateOnTraffic(
				{ plan: DEFAULT, traffic, durationSeconds: 120, noise: { errors: 0.3, latency: 0.1 } },
				seededRandom(seed),
			);
		expect(run(5)).toEqual(run(5));
		expect(new Set([1, 2, 3, 4, 5, 6].map((seed) => run(seed).badAnswers)).size).toBeGreaterThan(2);
	});

	it("with several gateways tells their noise, with one it says nothing of it", () => {
		expect(recorded(120, 2_000, () => 0.02, 2).under(DEFAULT).noise.errors!.kappa).toBeLessThan(0.2);
		expect(recorded(60, 500, () => 0.02, 1).under(DEFAULT).noise.errors).toBeNull();
	});
});

describe("a second that is split", () => {
	const counts = fc
		.record({
			n: fc.nat(400),
			failed: fc.double({ min: 0, max: 1 }),
			above: fc.array(fc.double({ min: 0, max: 1 }), { maxLength: 4 }),
		})
		.filter(({ failed, above }) => [failed, ...above].every(Number.isFinite))
		.map(({ n, failed, above }) => {
			const over: number[] = [];
			for (const share of above) over.push(Math.floor(share * (over.at(-1) ?? n)));
			return { n, failed: Math.floor(failed * n), over };
		});
	const tilts = fc.record({ errors: fc.constantFrom(0.2, 1, 4), latency: fc.constantFrom(0.2, 1, 4) });

	it("gives each answer to one arm, and no arm more bad answers than answers", () => {
		fc.assert(
			fc.property(counts, fc.constantFrom(0, 0.1, 0.5, 1), tilts, fc.nat(), (second, share, tilt, seed) => {
				const arms = splitSecond(second, share, tilt, seededRandom(seed));
				const sums = [0, 1].map((i) => [arms[i]!.n, arms[i]!.failed, ...arms[i]!.over]);
				expect(sums[0]!.map((value, i) => value + sums[1]![i]!)).toEqual([second.n, second.failed, ...second.over]);
				for (const { n, failed, over } of arms) {
					expect(failed).toBeLessThanOrEqual(n);
					expect([n, ...over]).toEqual([n, ...over].toSorted((a, b) => b - a));
				}
			}),
		);
	});

	it("gives each arm its part of the bad answers, without a tilt no more uneven than drawing without replacement is", () => {
		const random = seededRandom(8);
		const draws = 20_000;
		let sum = 0;
		let squares = 0;
		for (let i = 0; i < draws; i++) {
			const { failed } = splitSecond({ n: 100, failed: 30, over: [] }, 0.5, { errors: 1, latency: 1 }, random)[0];
			sum += failed;
			squares += failed ** 2;
		}
		const mean = sum / draws;
		expect(mean).toBeCloseTo(15, 0);
		// Each bad answer falls to an arm by itself: binomial(30, 1/2).
		expect((squares / draws - mean ** 2) / 7.5).toBeCloseTo(1, 1);
	});
});
