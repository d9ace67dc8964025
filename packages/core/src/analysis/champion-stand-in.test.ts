import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChampionStandIn } from "./champion-stand-in.ts";

describe("the stand-in for a champion without traffic", () => {
	it("fails at the champion's rate before, however few requests a second has", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1_000 }),
				fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 200 }),
				(k, seconds) => {
					const standIn = new ChampionStandIn();
					const failures = seconds.reduce((sum, n) => {
						const failed = standIn.take({ k, n: 1_000 }, n)!;
						expect(failed).toBeGreaterThanOrEqual(0);
						expect(failed).toBeLessThanOrEqual(n);
						return sum + failed;
					}, 0);
					const expected = (k / 1_000) * seconds.reduce((sum, n) => sum + n, 0);
					expect(Math.abs(failures - expected)).toBeLessThanOrEqual(1);
				},
			),
		);
	});

	it("says nothing of a champion that hardly anybody asked", () => {
		expect(new ChampionStandIn().take({ k: 99, n: 99 }, 10)).toBeNull();
		expect(new ChampionStandIn().take({ k: 100, n: 100 }, 10)).toBe(10);
	});
});
