import { describe, expect, it } from "vitest";
import { NO_OBJECTIVES, type Plan, parsePlan } from "../plan/index.ts";
import { parseChange } from "./change.ts";
import { plannedSeconds, seededRandom, simulateRollout, summariseRollouts, type WorldName } from "./index.ts";
import { exactShareAbove, percentileUs, shareAbove } from "./latency-mixture.ts";

const CONTEXT = { objectives: NO_OBJECTIVES, businessPrimary: null };

function planOf(...gates: readonly string[]): Plan {
	const stages = [{ canary: { weight: "10%", hold: "180s", gates } }, { canary: { weight: "50%", hold: "120s" } }, "promote"];
	const plan = parsePlan(stages, CONTEXT);
	if (!plan.ok) throw new Error(plan.refusal.message);
	return plan.value;
}

function rollouts(
	world: WorldName,
	rate: number,
	change: string,
	runs: number,
	onsetSecond = 0,
	plan = planOf("error_rate <= champion + 0.1pp", "latency_p95 <= champion + 20%"),
) {
	const parsed = parseChange(change);
	if (!parsed.ok) throw new Error(parsed.refusal.message);
	const script = {
		plan,
		world,
		requestsPerSecond: rate,
		change: parsed.value,
		onsetSecond,
		durationSeconds: onsetSecond + plannedSeconds(plan),
	};
	return Array.from({ length: runs }, (_, seed) => simulateRollout(script, seededRandom(seed)));
}

describe("the worlds", () => {
	it("have the latencies they are described with", () => {
		expect(percentileUs(0.95) / 1000).toBeCloseTo(122, -0.5);
		expect(percentileUs(0.99) / 1000).toBeCloseTo(292, -0.5);
		expect(shareAbove(percentileUs(0.95), 1)).toBeCloseTo(0.05, 5);
		expect(shareAbove(percentileUs(0.95), 1.5)).toBeGreaterThan(0.1);
	});

	it("read latencies from a table that is monotone and never off by one answer in a million", () => {
		let last = 1;
		for (let logUs = 0.0003; logUs < Math.log(1e9); logUs += 0.00731) {
			const share = shareAbove(1.3 * Math.exp(logUs), 1.3);
			expect(Math.abs(share - exactShareAbove(logUs))).toBeLessThan(1e-6);
			expect(share).toBeLessThanOrEqual(last);
			last = share;
		}
	});

	it("give the same rollout for the same seed, and another for another", () => {
		expect(rollouts("harsh", 50, "+5pp", 3)).toEqual(rollouts("harsh", 50, "+5pp", 3));
		const badAnswers = rollouts("harsh", 50, "+5pp", 8).map((rollout) => rollout.badAnswers);
		expect(new Set(badAnswers).size).toBeGreaterThan(2);
	});
});

describe("a challenger that is as good as the champion", () => {
	it.each(["iid", "real", "harsh"] as const)("is hardly ever rolled back in the world %s", (world) => {
		expect(summariseRollouts(rollouts(world, 500, "A/A", 60)).rolledBack).toBeLessThanOrEqual(1 / 60);
	});
});

describe("a challenger that is worse", () => {
	it.each([
		["+50pp", 500, "crash", 10],
		["+5pp", 500, "error_rate <= champion + 0.1pp", 25],
		["p95+50%", 500, "latency_p95 <= champion + 20%", 40],
	])("by %s at %i requests a second is found, and the right gate is named", (change, rate, gate, withinSeconds) => {
		const { rolledBack, medianSeconds, gates } = summariseRollouts(rollouts("real", rate, change, 30));
		expect(rolledBack).toBe(1);
		expect(Object.entries(gates).sort((a, b) => b[1] - a[1])[0]![0]).toBe(gate);
		expect(medianSeconds).toBeLessThanOrEqual(withinSeconds);
	});

	it.each([
		["200 s", 200, 20, 30],
		["1 h", 3_600, 5, 60],
		["4 h", 14_400, 3, 60],
	])("from %s on is always found, within a minute in the median, and counted from then", (_, onset, runs, limit) => {
		const late = summariseRollouts(rollouts("real", 500, "+5pp", runs, onset));
		expect(late.rolledBack).toBe(1);
		expect(late.medianSeconds).toBeGreaterThan(0);
		expect(late.medianSeconds).toBeLessThanOrEqual(limit);
	});

	it("slips through a plan whose gates look elsewhere", () => {
		const slower = rollouts("real", 500, "p95+50%", 10, 0, planOf("error_rate <= champion + 0.1pp"));
		expect(summariseRollouts(slower).rolledBack).toBe(0);
	});
});

describe("a change", () => {
	it.each(["", "+x", "1pp", "+101pp", "p95", "p95+50"])("is refused when it is written as '%s'", (text) => {
		expect(parseChange(text)).toMatchObject({ ok: false, refusal: { code: "simulate.change" } });
	});
});

describe("a summary", () => {
	const of = (seconds: readonly (number | null)[]) =>
		summariseRollouts(seconds.map((rolledBackAfter) => ({ rolledBackAfter, gate: "g", badAnswers: 1 })));

	it("tells false alarms before the change from detections, and leaves them out of the medians", () => {
		expect(of([-50, 0, 10, 20, null])).toMatchObject({ rolledBack: 0.8, early: 0.4, medianSeconds: 15, medianInterval: null });
	});

	it("has the true median within the interval in 95 of 100 series, and not in nearly all", () => {
		const random = seededRandom(4);
		let inside = 0;
		for (let series = 0; series < 1_000; series++) {
			const [low, high] = of(Array.from({ length: 101 }, () => random.exponential(1))).medianInterval!;
			if (low <= Math.LN2 && Math.LN2 <= high) inside++;
		}
		expect(inside).toBeGreaterThan(930);
		expect(inside).toBeLessThan(975);
	});
});
