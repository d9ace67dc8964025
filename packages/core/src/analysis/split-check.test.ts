import { describe, expect, it } from "vitest";
import { seededRandom } from "../simulation/index.ts";
import { SplitCheck } from "./split-check.ts";

interface Users {
	/** How many there are, and how many requests a second one makes. */
	readonly count: number;
	readonly perSecond: number;
}

/** A minute of users who each stay with an arm: with `share` as it is drawn, judged against the share that was intended. */
function minute({ count, perSecond }: Users, share: number, intended: number, seed: number) {
	const random = seededRandom(seed);
	const users = Array.from({ length: count }, () => ({
		bucket: Math.floor(random.uniform() * 64),
		arm: random.uniform() < share ? ("challenger" as const) : ("champion" as const),
	}));
	const check = new SplitCheck();
	for (let second = 0; second < 61; second++) {
		const counts = { challenger: new Array<number>(64).fill(0), champion: new Array<number>(64).fill(0) };
		for (const { bucket, arm } of users) counts[arm][bucket]! += random.poisson(perSecond);
		check.update(intended, counts.challenger, counts.champion);
	}
	return check.judge();
}

describe("the check of the split", () => {
	it("is unknown before a lottery was held", () => {
		expect(new SplitCheck().judge()).toMatchObject({ verdict: "unknown", because: "no lottery held yet" });
	});

	it("passes a split that is as intended, with many users and with few who ask a lot", () => {
		const wrong = { many: 0, few: 0, one: 0 };
		for (let seed = 0; seed < 60; seed++) {
			if (minute({ count: 2_000, perSecond: 0.1 }, 0.1, 0.1, seed).verdict === "error") wrong.many++;
			if (minute({ count: 30, perSecond: 7 }, 0.1, 0.1, seed).verdict === "error") wrong.few++;
			if (minute({ count: 1, perSecond: 100 }, 0.1, 0.1, seed).verdict === "error") wrong.one++;
		}
		expect(wrong).toEqual({ many: 0, few: 0, one: 0 });
	});

	it("finds a split that gives the challenger a third too little, and says both shares", () => {
		const judged = minute({ count: 4_000, perSecond: 0.2 }, 0.0667, 0.1, 3);
		expect(judged.verdict).toBe("error");
		expect(judged.because).toMatch(/^the split is wrong: \d\.\d\d% of \d+ requests went to the challenger, 10% were to$/);
	});

	it("says of several shares the one that was wrong, also when the weight has changed since", () => {
		const check = new SplitCheck();
		const users = (count: number) => new Array<number>(64).fill(count);
		for (let second = 0; second < 60; second++) check.update(0.1, users(2), users(8));
		for (let second = 0; second < 61; second++) check.update(0.5, users(5), users(5));
		expect(check.judge()).toMatchObject({
			verdict: "error",
			because: "the split is wrong: 20.00% of 38400 requests went to the challenger, 10% were to",
		});
	});

	it("counts on beyond a billion requests", () => {
		const check = new SplitCheck();
		const one = (count: number) => new Array<number>(64).fill(0).with(0, count);
		check.update(0.5, one(1e9 + 1), one(1e9 - 1));
		expect(check.judge().verdict).toBe("pass");
	});

	it("finds a lottery that gives everything to one arm", () => {
		expect(minute({ count: 2_000, perSecond: 0.1 }, 1, 0.1, 5).verdict).toBe("error");
		expect(minute({ count: 2_000, perSecond: 0.1 }, 0, 0.5, 5).verdict).toBe("error");
	});

	it("goes on past a milliard of requests", () => {
		const check = new SplitCheck();
		const users = new Array<number>(64).fill(9e6);
		for (let i = 0; i < 30; i++) check.update(0.5, users, users);
		expect(check.judge().verdict).toBe("pass");
	});
});
