import { describe, expect, it } from "vitest";
import { createCompareProcess } from "./compare-process.ts";
import { pairedLabelsOptions } from "./paired-labels.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

/** Labels until E reaches 1/alpha, in the median of 40 runs; in batches of 100, of which shares have only one model wrong. */
function labelsNeeded(side: "fail" | "pass", delta: number, onlyChallenger: number, onlyChampion: number, alpha: number): number {
	const uniform = seededUniforms(9);
	const needed = Array.from({ length: 40 }, () => {
		const process = createCompareProcess(pairedLabelsOptions(delta)[side]);
		let labels = 0;
		while (process.logE() < Math.log(1 / alpha) && labels < 40_000) {
			const b = binomial(uniform, 100, onlyChallenger);
			process.update(b, 100, binomial(uniform, 100 - b, onlyChampion / (1 - onlyChallenger)), 100);
			labels += 100;
		}
		return labels;
	});
	return needed.toSorted((a, b) => a - b)[20]!;
}

describe("labels of requests that both versions answered", () => {
	it("show an accuracy 1pp lower, where 5 % of the answers differ in being right, after about 7,100 of them", () => {
		expect(labelsNeeded("fail", 0, 0.03, 0.02, 0.01)).toBeLessThanOrEqual(7_500);
	});

	it("prove that two versions of equal accuracy are within 1pp after less than 4,500", () => {
		expect(labelsNeeded("pass", 0.01, 0.025, 0.025, 0.05)).toBeLessThanOrEqual(4_500);
	});

	it("fail a version that loses 3pp under a tolerance of 1pp after less than 3,000", () => {
		expect(labelsNeeded("fail", 0.01, 0.05, 0.02, 0.01)).toBeLessThanOrEqual(3_000);
	});

	it("on which both are right, or both wrong, are no evidence against equality", () => {
		const process = createCompareProcess(pairedLabelsOptions(0).fail);
		for (let batch = 0; batch < 100; batch++) process.update(0, 100, 0, 100);
		expect(Math.abs(process.logE())).toBeLessThan(0.01);
	});
});
