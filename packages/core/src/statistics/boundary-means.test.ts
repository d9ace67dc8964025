import { afterAll, describe, expect, it } from "vitest";
import type { Group } from "./business-mean.ts";
import { contrastLogE, type MeanStratum, meanContrast } from "./mean-contrast.ts";
import { splitRatioLogE } from "./split-ratio.ts";
import { crossingLimit } from "./testing/crossings.ts";
import { binomial, seededUniforms } from "./testing/seeded-traffic.ts";

/*
 * The boundary of the null for the gates that are not products of bets: means over buckets of users (asymptotic, so there is no look before an arm has
 * 20 conversions) and the split of the traffic.
 */
const ALPHA = 0.05;
const { runs: RUNS, most: MOST } = crossingLimit(ALPHA);
const THRESHOLD = Math.log(1 / ALPHA);
const BUCKETS = 64;
const LOOKS = 50;
/** Fewer are no evidence yet (statistics.md 1.4). */
const MIN_CONVERSIONS = 20;
const report: string[] = [];

afterAll(() => {
	console.log(`P(sup E >= 20) of ${RUNS} runs, at most ${MOST} (5% promised):\n${report.join("\n")}`);
});

/** How often the users of a bucket convert differs from bucket to bucket: 1 on average, 0.25 of it exponential. */
const propensity = (uniform: () => number) => 0.75 + 0.25 * -Math.log(1 - uniform());

interface Arm {
	readonly groups: { n: number; sum: number }[];
	readonly rates: readonly number[];
}

const arm = (uniform: () => number, rate: number): Arm => ({
	groups: Array.from({ length: BUCKETS }, () => ({ n: 0, sum: 0 })),
	rates: Array.from({ length: BUCKETS }, () => Math.min(1, rate * propensity(uniform))),
});

function serve({ groups, rates }: Arm, requests: number, uniform: () => number): void {
	groups.forEach((group, bucket) => {
		group.n += requests;
		group.sum += binomial(uniform, requests, rates[bucket]!);
	});
}

const conversions = (groups: readonly Group[]) => groups.reduce((total, { sum }) => total + sum, 0);

/** Whether E of one side crosses in a rollout of two stages whose challenger converts `ratio` times as often as the champion. */
function meanCrosses(side: "fail" | "pass", factor: number, ratio: number, uniform: () => number): boolean {
	const strata: MeanStratum[] = [];
	for (const requests of [2, 10]) {
		const [challenger, champion] = [arm(uniform, 0.1 * ratio), arm(uniform, 0.1)];
		const stratum = { challenger: challenger.groups, champion: champion.groups, blocks: [] };
		for (let look = 0; look < LOOKS; look++) {
			serve(challenger, requests, uniform);
			serve(champion, 20 - requests, uniform);
			if (conversions(challenger.groups) < MIN_CONVERSIONS) continue;
			const contrasts = [...strata, stratum].map((one) => meanContrast(one, factor, { counts: true })!);
			// business >= champion - 2%: less is harm.
			const harm = contrasts.map(({ mean, variance }) => ({ mean: side === "fail" ? -mean : mean, variance }));
			if (contrastLogE(harm) >= THRESHOLD) return true;
		}
		strata.push(stratum);
	}
	return false;
}

/** Whether E of the split crosses when each request goes to the challenger with probability `held` and `weight` was asked for. */
function splitCrosses(weights: readonly number[], error: number, uniform: () => number): boolean {
	let before = 0;
	for (const weight of weights) {
		let [challenger, all] = [0, 0];
		for (let look = 0; look < 200; look++) {
			challenger += binomial(uniform, 100, weight + error);
			all += 100;
			if (before + splitRatioLogE(challenger, all - challenger, weight) >= THRESHOLD) return true;
		}
		before += splitRatioLogE(challenger, all - challenger, weight);
	}
	return false;
}

function crossings(name: string, seed: number, lives: (uniform: () => number) => boolean): number {
	const uniform = seededUniforms(seed);
	let crossed = 0;
	for (let run = 0; run < RUNS; run++) if (lives(uniform)) crossed++;
	report.push(`  ${name}: ${((100 * crossed) / RUNS).toFixed(1)}%`);
	return crossed;
}

describe("at the boundary of its null a gate crosses 1/alpha with a probability of at most alpha, looked at all the time", () => {
	it.each([
		["business >= champion - 2%, fail", "fail", 0.98, 0.98],
		["business >= champion - 2%, pass", "pass", 0.98, 0.98],
		["business >= champion, fail", "fail", 1, 1],
	] as const)("%s, with users who differ, over two stages", (name, side, factor, ratio) => {
		const crossed = crossings(name, 7, (uniform) => meanCrosses(side, factor, ratio, uniform));
		expect(crossed).toBeLessThanOrEqual(MOST);
	});

	it("the split that is as it was asked for, over two weights", () => {
		expect(crossings("split, 10 % then 50 %", 8, (uniform) => splitCrosses([0.1, 0.5], 0, uniform))).toBeLessThanOrEqual(MOST);
	});
});

describe("these tests can fail", () => {
	it("a challenger that sells a fifth less crosses nearly always, and so does a split that is 3pp off", () => {
		const runs = 20;
		const uniform = seededUniforms(9);
		const harmed = Array.from({ length: runs }, () => meanCrosses("fail", 0.98, 0.8, uniform)).filter(Boolean).length;
		expect(harmed).toBeGreaterThanOrEqual(0.9 * runs);
		const skewed = Array.from({ length: runs }, () => splitCrosses([0.1, 0.5], 0.03, uniform)).filter(Boolean).length;
		expect(skewed).toBeGreaterThanOrEqual(0.9 * runs);
	});

	it("requests taken for independent, users forgotten, would cross far more often than promised", () => {
		const crossed = crossings("business, variance of single requests (wrong)", 7, (uniform) => {
			const [challenger, champion] = [arm(uniform, 0.1), arm(uniform, 0.1)];
			for (let look = 0; look < LOOKS; look++) {
				serve(challenger, 10, uniform);
				serve(champion, 10, uniform);
				const n = BUCKETS * 10 * (look + 1);
				const [m1, m0] = [conversions(challenger.groups) / n, conversions(champion.groups) / n];
				const variance = (m1 + m0) / n / m0 ** 2;
				if (contrastLogE([{ mean: 1 - m1 / m0, variance }]) >= THRESHOLD) return true;
			}
			return false;
		});
		expect(crossed).toBeGreaterThan(MOST);
	});
});
