import { describe, expect, it } from "vitest";
import { ALPHA_FAIL, assessBudget, PASS_THRESHOLD_NATS } from "./evidence-budget.ts";
import { absoluteLimit, attributionGuard, crashGate, errorRatio, errorWithin, quantileExceedance } from "./testing/presets.ts";

interface Process {
	update(k1: number, n1: number, k0: number, n0: number): void;
	logE(): number;
}

type Counts = readonly [k1: number, n1: number, k0: number, n0: number];

/** Feeds the same window for a minute. */
function afterMinute(process: Process, counts: Counts): number {
	for (let second = 0; second < 60; second++) process.update(...counts);
	return process.logE();
}

describe("the ready-made gates", () => {
	const gates: readonly [string, () => { fail: Process; pass: Process }, Counts, Counts][] = [
		["error_rate <= champion + 0.5pp", () => errorWithin(0.005), [10, 250, 1, 250], [1, 250, 1, 250]],
		["error_rate <= champion", () => errorWithin(0), [10, 250, 1, 250], [1, 250, 10, 250]],
		["error_rate <= champion + 50%", () => errorRatio(1.5), [10, 250, 2, 250], [2, 250, 6, 250]],
		["latency_p95 <= champion + 20%", () => quantileExceedance(0.95), [40, 250, 12, 250], [4, 250, 12, 250]],
		["error_rate <= 1%", () => absoluteLimit(0.01), [10, 250, 0, 0], [1, 250, 0, 0]],
	];

	it.each(gates)("%s fails on harm and does not pass on it", (_, create, harmed) => {
		const gate = create();
		expect(afterMinute(gate.fail, harmed)).toBeGreaterThan(Math.log(1 / ALPHA_FAIL));
		expect(afterMinute(gate.pass, harmed)).toBeLessThan(0);
	});

	it.each(gates)("%s passes on safety and does not fail on it", (_, create, _harmed, sound) => {
		const gate = create();
		expect(afterMinute(gate.pass, sound)).toBeGreaterThan(PASS_THRESHOLD_NATS);
		expect(afterMinute(gate.fail, sound)).toBeLessThan(0);
	});

	it("an absolute limit that both arms break blames neither when the attribution guard is asked too", () => {
		const limit = absoluteLimit(0.01).fail;
		const guard = attributionGuard();
		for (let second = 0; second < 120; second++) {
			limit.update(12, 250);
			guard.update(12, 250, 12, 250);
		}
		expect(limit.logE()).toBeGreaterThan(100);
		expect(Math.min(limit.logE(), guard.logE())).toBeLessThan(0);
	});

	it("the crash gate alone removes a dead challenger within five seconds, and ignores one that is 5pp worse", () => {
		const dead = crashGate();
		for (let second = 0; second < 5; second++) dead.update(25, 50, 1, 450);
		expect(assessBudget([{ gate: "crash", class: "crash", logE: dead.logE() }]).crossed).toBe(true);
		expect(afterMinute(crashGate(), [13, 250, 1, 250])).toBeLessThan(0);
	});

	it("percentiles near 100 are judged and impossible ones refused", () => {
		expect(afterMinute(quantileExceedance(0.99999999).fail, [5, 250, 0, 250])).toBeGreaterThan(5);
		for (const percentile of [1, 0.2, Number.NaN]) expect(() => quantileExceedance(percentile)).toThrow(RangeError);
	});
});
