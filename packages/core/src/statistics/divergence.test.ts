import { describe, expect, it } from "vitest";
import { createAbsoluteProcess } from "./absolute-process.ts";
import { DIVERGENCE_PASS_NEEDS, divergenceOptions, isDivergenceProven } from "./divergence.ts";
import { ALPHA_FAIL } from "./evidence-budget.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

const HOUR_MS = 3_600_000;

/** A shadow at 1 request/s: what it says of the pass side after each hour, and the hour in which the fail side crosses. */
function shadow(tau: number, divergence: number, hours: number) {
	const uniform = seededUniforms(6);
	const fail = createAbsoluteProcess(divergenceOptions(tau).fail);
	const pass = createAbsoluteProcess(divergenceOptions(tau).pass);
	let failsAtMs = Number.POSITIVE_INFINITY;
	const proven: boolean[] = [];
	for (let second = 1; second <= hours * 3_600; second++) {
		const differs = binomial(uniform, 1, divergence);
		fail.update(differs, 1);
		pass.update(differs, 1);
		if (fail.logE() >= Math.log(1 / ALPHA_FAIL)) failsAtMs = Math.min(failsAtMs, second * 1_000);
		if (second % 3_600 === 0) proven.push(isDivergenceProven(pass.logE(), { requests: second, ms: second * 1_000 }));
	}
	return { failsAtMs, proven };
}

describe("divergence <= X", () => {
	it("passes after 48 h although its evidence was there in the first, and not an hour before", () => {
		expect(shadow(0.05, 0.02, 49).proven.indexOf(true)).toBe(47);
	});

	it("waits for 10,000 compared requests where 48 h bring fewer", () => {
		const enough = { ms: 72 * HOUR_MS, requests: DIVERGENCE_PASS_NEEDS.requests };
		expect(isDivergenceProven(10, { ...enough, requests: enough.requests - 1 })).toBe(false);
		expect(isDivergenceProven(10, enough)).toBe(true);
		expect(isDivergenceProven(2.9, enough)).toBe(false);
	});

	it("fails within minutes when twice as many answers differ as may, and does not fail at half of it in two days", () => {
		expect(shadow(0.05, 0.1, 1).failsAtMs).toBeLessThan(0.5 * HOUR_MS);
		expect(shadow(0.05, 0.025, 48).failsAtMs).toBe(Number.POSITIVE_INFINITY);
	});
});
