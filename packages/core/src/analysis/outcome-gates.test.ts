import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_OBJECTIVES, parsePlan } from "../plan/index.ts";
import { type Random, seededRandom } from "../simulation/index.ts";
import { Judge } from "./judge.ts";
import type { Judgement } from "./judgement.ts";
import type { OutcomeCount } from "./outcomes.ts";

const ARMS = { challenger: "new", champion: "old" };
const METRICS = {
	revenue: { kind: "mean", direction: "up", primary: true },
	refunds: { kind: "rate", direction: "down", primary: false },
} as const;

/** What one prediction of an arm turned out to be. */
interface Truth {
	readonly wrong?: boolean;
	readonly absoluteError?: number;
	readonly revenue?: number;
	readonly refund?: boolean;
}

interface Story {
	readonly gate: string;
	readonly seconds: number;
	readonly hold?: string;
	readonly perSecond?: number;
	readonly seed?: number;
	/** Seconds after its prediction at which an outcome comes in. */
	readonly delaySeconds?: number;
	/** From this second on another stage with half of the traffic. */
	readonly halfFrom?: number;
	readonly outcome: (arm: "challenger" | "champion", second: number, random: Random) => Truth;
}

/** Judges a rollout by its outcomes alone: nothing fails and everything is fast. */
function live({
	gate,
	seconds,
	hold = "1h",
	perSecond = 40,
	seed = 1,
	delaySeconds = 0,
	halfFrom = Number.POSITIVE_INFINITY,
	outcome,
}: Story) {
	const stages = [{ canary: { weight: "10%", hold, gates: [gate] } }, { canary: { weight: "50%", hold: "1h" } }, "promote"];
	const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: "revenue", businessMetrics: METRICS });
	if (!plan.ok) throw new Error(plan.refusal.message);
	const judge = new Judge(plan.value, [], { arms: ARMS });
	const random = seededRandom(seed);
	const late: { readonly at: number; readonly counts: readonly OutcomeCount[] }[] = [];
	const judged: Judgement[] = [];
	const still = { promoted: false, championGone: false, rolledBack: false, degraded: [], thresholds: null, championUs: {} };
	for (let second = 0; second < seconds; second++) {
		const share = second < halfFrom ? 0.1 : 0.5;
		judge.tell({ index: second < halfFrom ? 0 : 1, ...still });
		const users = { challenger: new Array<number>(64).fill(0), champion: new Array<number>(64).fill(0) };
		const counts: OutcomeCount[] = [];
		for (const arm of ["challenger", "champion"] as const) {
			const n = random.poisson(perSecond * (arm === "challenger" ? share : 1 - share));
			for (let i = 0; i < n; i++) {
				const bucket = Math.floor(random.uniform() * 64);
				users[arm][bucket]!++;
				counts.push(...countsOf(outcome(arm, second, random), { second, arm: ARMS[arm], bucket, n: 1 }));
			}
		}
		late.push({ at: second + delaySeconds, counts });
		for (const { counts: due } of late.filter(({ at }) => at === second))
			judge.outcomes({ kind: "outcomes", batch: second, counts: due });
		const all = { challenger: { n: 10, failed: 0, over: [] }, champion: { n: 90, failed: 0, over: [] } };
		const warm = { ...all, warm: true };
		const closed = { kind: "close", second, missing: [], readyArms: [], behind: false, position: second + 1 } as const;
		const window = { second, revision: 1, thresholds: "t", users, lottery: null, challengerRouted: true, all };
		judged.push(judge.second(closed, [{ ...window, classes: { crash: warm, errors: warm, latency: warm } }]));
	}
	return judged;
}

function countsOf(truth: Truth, of: { second: number; arm: string; bucket: number; n: number }): OutcomeCount[] {
	const counts: OutcomeCount[] = [];
	if (truth.wrong !== undefined || truth.absoluteError !== undefined) {
		const error = truth.absoluteError ?? 0;
		const sums = { absoluteError: Math.round(error * 1e6), squaredError: Math.round(error ** 2 * 1e6) };
		counts.push({ ...of, of: "label", wrong: truth.wrong === true ? 1 : 0, ...sums });
	}
	if (truth.revenue !== undefined) counts.push({ ...of, of: "metric", metric: "revenue", sum: Math.round(truth.revenue * 1e6) });
	if (truth.refund !== undefined) counts.push({ ...of, of: "metric", metric: "refunds", sum: truth.refund ? 1e6 : 0 });
	return counts;
}

const found = (judged: readonly Judgement[]) => judged.findIndex(({ failing }) => failing !== null);
const last = (judged: readonly Judgement[]) => judged.at(-1)!.gates[0]!;
const right =
	(rate: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) => ({
		wrong: random.uniform() < rate[arm],
	});

describe("a gate on labels", () => {
	const gate = "accuracy >= champion - 1pp";

	it("fails a version that is wrong more often, and passes one that is not", () => {
		expect(found(live({ gate, seconds: 900, outcome: right({ challenger: 0.25, champion: 0.1 }) }))).toBeGreaterThan(0);
		const sound = live({ gate, seconds: 900, perSecond: 120, outcome: right({ challenger: 0.06, champion: 0.1 }) });
		expect(found(sound)).toBe(-1);
		expect(last(sound)).toMatchObject({ verdict: "pass", because: expect.stringMatching(/labels right/) });
	});

	it("is unknown, and never passed, while labels are still to come", () => {
		const judged = live({ gate, seconds: 200, delaySeconds: 10_000, outcome: right({ challenger: 0, champion: 0.3 }) });
		expect(judged.every(({ gates }) => gates[0]!.verdict === "unknown")).toBe(true);
	});

	it("judges by when the prediction was made: labels that come after the weight has changed count for the stage before", () => {
		const drifting = (arm: string, second: number, random: Random) => ({
			wrong: random.uniform() < (second < 300 ? 0.3 : 0.05) || arm === "none",
		});
		const judged = live({ gate, seconds: 700, halfFrom: 300, delaySeconds: 60, outcome: drifting });
		expect(found(judged)).toBe(-1);
		expect(judged.some(({ gates }) => gates[0]!.logEFail > Math.log(20))).toBe(false);
	});

	it.each([gate, "accuracy >= 90%"])(
		"%s says the same of a week's labels that come all at once, or one arm's first, as of hourly ones",
		(gate) => {
			const plan = parsePlan([{ canary: { weight: "10%", hold: "1w", gates: [gate] } }, "promote"], {
				objectives: NO_OBJECTIVES,
				businessPrimary: null,
			});
			if (!plan.ok) throw new Error(plan.refusal.message);
			const WEEK = 7 * 86_400;
			const judgeAll = (rate: number, batches: number, isFirst: (arm: string) => boolean) => {
				const judge = new Judge(plan.value, [], { arms: ARMS });
				const random = seededRandom(8);
				const close = (second: number) =>
					judge.second({ kind: "close", second, missing: [], readyArms: [], behind: false, position: second }, []);
				const counts = Array.from({ length: 20_000 }, (_, i): OutcomeCount => {
					const arm = i % 10 === 0 ? "challenger" : "champion";
					const wrong = random.uniform() < (arm === "challenger" ? rate : 0.05) ? 1 : 0;
					const of = { second: Math.floor((i * WEEK) / 20_000), arm: ARMS[arm], bucket: i % 64, n: 1 };
					return { ...of, of: "label", wrong, absoluteError: 0, squaredError: 0 };
				});
				const sorted = [...counts.filter(({ arm }) => isFirst(arm)), ...counts.filter(({ arm }) => !isFirst(arm))];
				close(0);
				close(WEEK);
				const size = sorted.length / batches;
				let judged = close(WEEK);
				for (let batch = 0; batch < batches; batch++) {
					judge.outcomes({ kind: "outcomes", batch, counts: sorted.slice(batch * size, (batch + 1) * size) });
					judged = close(WEEK + batch);
				}
				return judged;
			};
			for (const batches of [1, 4, 200]) {
				for (const isFirst of [() => true, (arm: string) => arm === "new", (arm: string) => arm === "old"]) {
					expect(judgeAll(0.3, batches, isFirst).failing?.gate).toBe(gate);
					expect(judgeAll(0.02, batches, isFirst).gates[0]!.verdict).toBe("pass");
				}
			}
		},
	);

	it("of an absolute bound is unknown when the champion breaks it too", () => {
		const judged = live({ gate: "accuracy >= 90%", seconds: 600, outcome: right({ challenger: 0.2, champion: 0.2 }) });
		expect(last(judged)).toMatchObject({ verdict: "unknown", championAlsoOver: true });
		expect(found(judged)).toBe(-1);
	});
});

describe("a gate on the size of errors", () => {
	const error =
		(scale: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) => ({
			absoluteError: random.exponential(30) * scale[arm],
		});

	it.each(["mae <= champion + 10%", "rmse <= champion + 10%"])(
		"%s fails one that is half as far off again, and passes an equal one",
		(gate) => {
			expect(found(live({ gate, seconds: 900, outcome: error({ challenger: 1.5, champion: 1 }) }))).toBeGreaterThan(0);
			const equal = live({ gate, seconds: 1_800, perSecond: 200, outcome: error({ challenger: 1, champion: 1 }) });
			expect(found(equal)).toBe(-1);
			expect(last(equal).verdict).toBe("pass");
		},
	);

	it("shows by how much, with an interval that holds the truth", () => {
		const judged = last(live({ gate: "mae <= champion + 10%", seconds: 900, outcome: error({ challenger: 1.3, champion: 1 }) }));
		expect(judged.lift!.low).toBeLessThan(0.3);
		expect(judged.lift!.high).toBeGreaterThan(0.3);
	});

	it("is shown by the stages that say something: one without a single wrong answer has no part in it", () => {
		const outcome = (arm: "challenger" | "champion", second: number, random: Random) => ({
			wrong: random.uniform() < (second < 400 ? 0 : arm === "challenger" ? 0.2 : 0.1),
		});
		const { lift } = last(live({ gate: "accuracy >= champion - 50%", seconds: 900, delaySeconds: 1, halfFrom: 400, outcome }));
		expect(lift!.mean).toBeCloseTo(0.8 / 0.9 - 1, 1);
		expect(lift!.mean).toBeLessThan(-0.08);
	});
});

describe("a business gate", () => {
	const buying =
		(rate: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) =>
			random.uniform() < rate[arm] ? { revenue: random.exponential(20) } : {};

	it("is a mean over all requests: a version that sells half as often fails, though each sale is worth as much", () => {
		const judged = live({
			gate: "business >= champion - 2%",
			seconds: 900,
			perSecond: 100,
			outcome: buying({ challenger: 0.05, champion: 0.1 }),
		});
		expect(found(judged)).toBeGreaterThan(0);
		expect(last(judged).because).toMatch(/revenue of the challenger/);
	});

	it("knows which way is good: more refunds fail, fewer do not", () => {
		const refunds =
			(rate: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) => ({
				refund: random.uniform() < rate[arm],
			});
		const gate = "business of refunds <= champion + 2%";
		expect(
			found(live({ gate, seconds: 900, perSecond: 100, outcome: refunds({ challenger: 0.2, champion: 0.1 }) })),
		).toBeGreaterThan(0);
		expect(found(live({ gate, seconds: 900, perSecond: 100, outcome: refunds({ challenger: 0.05, champion: 0.1 }) }))).toBe(-1);
	});

	it("knows a loss that grows from one that shrinks, where what is averaged is below zero", () => {
		const margin =
			(loss: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) => ({
				revenue: random.uniform() - 0.5 - loss[arm],
			});
		const gate = "business >= champion - 2%";
		const worse = live({ gate, seconds: 600, outcome: margin({ challenger: 2, champion: 1 }) });
		expect(found(worse)).toBeGreaterThan(0);
		expect(last(worse).lift!.mean).toBeCloseTo(-1, 1);
		const better = live({ gate, seconds: 600, outcome: margin({ challenger: 0.5, champion: 1 }) });
		expect(last(better).verdict).toBe("pass");
		const within = live({ gate: "business >= champion - 30%", seconds: 600, outcome: margin({ challenger: 1.1, champion: 1 }) });
		expect(last(within).verdict).toBe("pass");
	});

	it("fails a version that sells nothing, though nothing is known of what its sales would be worth", () => {
		const judged = live({ gate: "business >= champion - 2%", seconds: 600, outcome: buying({ challenger: 0, champion: 0.1 }) });
		expect(found(judged)).toBeGreaterThan(0);
		expect(last(judged).because).toMatch(/revenue of the challenger 0 \(0 outcomes\)/);
	});

	it("fails refunds where the champion had none, and passes a version without those that the champion has", () => {
		const refunds =
			(rate: Record<"challenger" | "champion", number>) => (arm: "challenger" | "champion", _: number, random: Random) => ({
				refund: random.uniform() < rate[arm],
			});
		for (const gate of ["business of refunds <= champion + 2%", "business of refunds <= champion + 0.05"]) {
			expect(found(live({ gate, seconds: 600, outcome: refunds({ challenger: 0.3, champion: 0 }) }))).toBeGreaterThan(0);
			expect(last(live({ gate, seconds: 600, outcome: refunds({ challenger: 0, champion: 0.1 }) })).verdict).toBe("pass");
		}
		const within = live({
			gate: "business of refunds <= champion + 0.05",
			seconds: 600,
			perSecond: 100,
			outcome: refunds({ challenger: 0.02, champion: 0 }),
		});
		expect(found(within)).toBe(-1);
	});

	it("rolls back an equal version in hardly any of 60 rollouts, looked at every second", () => {
		let wrong = 0;
		for (let seed = 0; seed < 60; seed++) {
			if (
				found(
					live({
						gate: "business >= champion - 2%",
						hold: "2m",
						seconds: 120,
						seed,
						perSecond: 60,
						// Of half of them the challenger sells fewer than MIN_KNOWN.
						outcome: seed % 2 === 0 ? buying({ challenger: 0.2, champion: 0.2 }) : buying({ challenger: 0.02, champion: 0.02 }),
					}),
				) !== -1
			)
				wrong++;
		}
		expect(wrong).toBeLessThanOrEqual(1);
	});
});

describe("outcomes", () => {
	it("of other arms, of before the rollout, and batches that come twice change nothing", () => {
		const plan = parsePlan([{ canary: { weight: "10%", hold: "1h", gates: ["accuracy >= 90%"] } }, "promote"], {
			objectives: NO_OBJECTIVES,
			businessPrimary: null,
		});
		if (!plan.ok) throw new Error(plan.refusal.message);
		const count = fc.record({
			second: fc.integer({ min: 90, max: 120 }),
			arm: fc.constantFrom("new", "old", "other"),
			bucket: fc.integer({ min: -1, max: 64 }),
			wrong: fc.nat(3),
		});
		fc.assert(
			fc.property(fc.array(fc.array(count, { maxLength: 4 }), { minLength: 1, maxLength: 6 }), (batches) => {
				const judgeAll = (times: number, keep: (one: { second: number; arm: string; bucket: number }) => boolean) => {
					const judge = new Judge(plan.value, [], { arms: ARMS });
					const close = (second: number) =>
						judge.second({ kind: "close", second, missing: [], readyArms: [], behind: false, position: second }, []);
					close(100);
					for (const [batch, counts] of batches.entries()) {
						const kept = counts
							.filter(keep)
							.map((one) => ({ ...one, of: "label", n: 3, absoluteError: 0, squaredError: 0 }) as const);
						for (let i = 0; i < times; i++) judge.outcomes({ kind: "outcomes", batch, counts: kept });
					}
					return close(101).gates[0];
				};
				const sound = ({ second, arm, bucket }: { second: number; arm: string; bucket: number }) =>
					second >= 100 && arm !== "other" && bucket >= 0 && bucket < 64;
				expect({ ...judgeAll(2, () => true) }).toEqual({ ...judgeAll(1, sound) });
			}),
		);
	});
});
