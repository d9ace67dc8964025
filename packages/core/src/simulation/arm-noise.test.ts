import { describe, expect, it } from "vitest";
import { compileCompareOptions } from "../statistics/compare-process.ts";
import { estimateArmNoise, NOISE_TAKEN_FOR_GRANTED } from "./arm-noise.ts";
import { seededRandom } from "./random.ts";

/** Blocks of gateways whose rates differ by `sd` of themselves, at a rate that moves from block to block for all of them. */
function blocks(count: number, sd: number, sizes: readonly number[], seed: number) {
	const random = seededRandom(seed);
	return Array.from({ length: count }, () => {
		const shared = 0.01 * Math.exp(0.8 * random.normal());
		return sizes.map((n) => ({ n, k: random.binomial(n, Math.min(0.5, shared * Math.max(0, 1 + sd * random.normal()))) }));
	});
}

describe("the noise between gateways", () => {
	it("is found to be what it is, whatever load and hiccups all of them share", () => {
		for (const [sd, sizes] of [
			[0.3, [2_000, 2_000]],
			[0.5, [500, 3_000, 1_500]],
			[0.1, [20_000, 20_000]],
		] as const) {
			const noise = estimateArmNoise(blocks(3_000, sd, sizes, 11));
			expect(noise!.kappa).toBeGreaterThan(0.85 * sd);
			expect(noise!.kappa).toBeLessThan(1.15 * sd);
			expect(noise!.most).toBeGreaterThan(noise!.kappa);
		}
	});

	it("is nothing where only chance is at work, and its bound says how sure that is", () => {
		const noise = estimateArmNoise(blocks(3_000, 0, [2_000, 2_000], 12));
		expect(noise!.kappa).toBeLessThan(0.08);
		const shorter = estimateArmNoise(blocks(60, 0, [2_000, 2_000], 13));
		expect(shorter!.most).toBeGreaterThan(noise!.most);
	});

	it("is unknown of one gateway, of silence, and of a record too short to say", () => {
		expect(estimateArmNoise(blocks(500, 0.3, [2_000], 14))).toBeNull();
		expect(
			estimateArmNoise(
				Array.from({ length: 100 }, () => [
					{ k: 0, n: 50 },
					{ k: 0, n: 50 },
				]),
			),
		).toBeNull();
		expect(estimateArmNoise(blocks(5, 0.3, [2_000, 2_000], 15))).toBeNull();
		expect(estimateArmNoise([])).toBeNull();
	});

	it("is held against what the judge takes for granted", () => {
		expect(compileCompareOptions({ grid: [0.1] }).kappa).toBe(NOISE_TAKEN_FOR_GRANTED.errors);
		expect(compileCompareOptions({ grid: [2], alternative: "odds" }).kappa).toBe(NOISE_TAKEN_FOR_GRANTED.latency);
	});
});
