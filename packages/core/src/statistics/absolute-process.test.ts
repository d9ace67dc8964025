import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_WINDOW_REQUESTS } from "./assertions.ts";
import { absoluteLimit } from "./testing/presets.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

const anyArm = fc
	.constantFrom(0, 3, 500, MAX_WINDOW_REQUESTS)
	.chain((most) => fc.nat({ max: most }).chain((n) => fc.tuple(fc.nat({ max: n }), fc.constant(n))));

describe("an absolute process", () => {
	it("has evidence that is a number whatever is counted", () => {
		fc.assert(
			fc.property(fc.array(anyArm, { maxLength: 130 }), (windows) => {
				const { fail, pass } = absoluteLimit(0.01);
				for (const [k, n] of windows) {
					fail.update(k, n);
					pass.update(k, n);
					expect(Number.isFinite(fail.logE()) && Number.isFinite(pass.logE())).toBe(true);
				}
			}),
			{ numRuns: 40 },
		);
	});

	it("finds an arm that goes from 0.3 to 5 percent after an hour within half a minute, because it restarts", () => {
		const uniform = seededUniforms(11);
		const { fail } = absoluteLimit(0.01);
		for (let second = 0; second < 3_600; second++) fail.update(binomial(uniform, 250, 0.003), 250);
		expect(fail.logE()).toBeLessThan(0);
		for (let second = 0; second < 30; second++) fail.update(binomial(uniform, 250, 0.05), 250);
		expect(fail.logE()).toBeGreaterThan(Math.log(1 / 0.005));
	});

	it("proves an arm of 0.3 percent below a limit of 1 percent", () => {
		const { pass } = absoluteLimit(0.01);
		for (let second = 0; second < 60; second++) pass.update(second % 3 === 0 ? 1 : 0, 100);
		expect(pass.logE()).toBeGreaterThan(Math.log(1 / 0.05));
	});

	it("refuses stakes on both sides of the limit and counts that cannot be", () => {
		expect(() => absoluteLimit(0)).toThrow(RangeError);
		expect(() => absoluteLimit(0.01).fail.update(2, 1)).toThrow(RangeError);
	});
});
