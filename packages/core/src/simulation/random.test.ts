import { describe, expect, it } from "vitest";
import { chiSquareUpperTail, lnGamma } from "../statistics/index.ts";
import { seededRandom } from "./random.ts";

function exactBinomial(n: number, p: number, k: number): number {
	return Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

describe("uniform numbers", () => {
	it("of neighbouring seeds have nothing to do with each other, and are spread evenly", () => {
		const [one, other] = [seededRandom(1), seededRandom(2)];
		let product = 0;
		const cells = new Array<number>(64).fill(0);
		const draws = 64_000;
		for (let i = 0; i < draws; i++) {
			const u = one.uniform();
			product += (u - 0.5) * (other.uniform() - 0.5);
			cells[Math.floor(64 * u)]!++;
		}
		expect(Math.abs((12 * product) / Math.sqrt(draws))).toBeLessThan(4);
		const chiSquare = cells.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
		expect(chiSquareUpperTail(chiSquare, 63)).toBeGreaterThan(1e-3);
	});
});

describe("binomial counts", () => {
	it.each([
		[20, 0.3],
		[500, 0.003],
		[50, 0.25],
		[4_500, 0.003],
		[1_000, 0.5],
		[60, 0.9],
		[250_000, 0.05],
	])("of %i trials at %f are distributed as they should be", (n, p) => {
		const random = seededRandom(1_234 + n);
		const draws = 40_000;
		const counts = new Map<number, number>();
		for (let i = 0; i < draws; i++) {
			const k = random.binomial(n, p);
			counts.set(k, (counts.get(k) ?? 0) + 1);
		}
		// Cells with at least ten expected; what is beyond them in one.
		let chiSquare = 0;
		let cells = 0;
		let expectedInside = 0;
		let inside = 0;
		for (const [k, count] of counts) {
			const expected = draws * exactBinomial(n, p, k);
			if (expected < 10) continue;
			chiSquare += (count - expected) ** 2 / expected;
			cells++;
			expectedInside += expected;
			inside += count;
		}
		const rest = draws - expectedInside;
		if (rest > 5) {
			chiSquare += (draws - inside - rest) ** 2 / rest;
			cells++;
		}
		expect(cells).toBeGreaterThan(4);
		expect(chiSquareUpperTail(chiSquare, cells - 1)).toBeGreaterThan(1e-3);
	});

	it("are none of none, and all when it is certain", () => {
		const random = seededRandom(1);
		expect([random.binomial(0, 0.5), random.binomial(10, 0), random.binomial(10, 1)]).toEqual([0, 0, 10]);
	});
});
