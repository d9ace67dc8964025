import { describe, expect, it } from "vitest";
import { NO_OBJECTIVES, type Plan, parsePlan } from "../plan/index.ts";
import { parseChange, plannedSeconds, seededRandom, simulateRollout, summariseRollouts } from "../simulation/index.ts";
import { bucketOf } from "../statistics/index.ts";
import { forecast } from "./forecast.ts";
import { foresee } from "./foresight.ts";
import { foresightSentence, timeText } from "./foresight-sentence.ts";

function planOf(...gates: readonly string[]): Plan {
	const stages = [{ canary: { weight: "10%", hold: "180s", gates } }, { canary: { weight: "50%", hold: "120s" } }, "promote"];
	const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
	if (!plan.ok) throw new Error(plan.refusal.message);
	return plan.value;
}

const LATENCY = [
	[bucketOf(40_000), 900],
	[bucketOf(120_000), 70],
	[bucketOf(200_000), 30],
] as const;
const flow = (requestsPerSecond: number) => ({ requestsPerSecond, failedShare: 0.003, latency: LATENCY });

describe("what a gate is said to see", () => {
	it.each([
		["+1.2pp", "x5 errors", 500],
		["+2.7pp", "x10 errors", 500],
		["+8.7pp", "x30 errors", 50],
	])("%s (%s) at %i requests a second is found about when it was forecast", (change, effect, rate) => {
		const plan = planOf("error_rate <= champion + 0.1pp");
		const sight = forecast(plan, flow(rate)).gates[0]!.sees.find((one) => one.effect.startsWith(effect))!;
		const parsed = parseChange(change);
		if (!parsed.ok) throw new Error(parsed.refusal.message);
		const script = { plan, world: "iid", requestsPerSecond: rate, change: parsed.value, onsetSecond: 0 } as const;
		const rollouts = Array.from({ length: 40 }, (_, seed) =>
			simulateRollout({ ...script, durationSeconds: plannedSeconds(plan) }, seededRandom(seed)),
		);
		const { medianSeconds } = summariseRollouts(rollouts);
		expect(medianSeconds! / sight.seconds).toBeGreaterThan(0.6);
		expect(medianSeconds! / sight.seconds).toBeLessThan(1.7);
	});

	it("is less harm the longer one waits, and takes longer with less traffic", () => {
		for (const gate of ["error_rate <= champion + 0.5pp", "latency_p95 <= champion + 20%", "error_rate <= 1%"]) {
			const [busy, quiet] = [forecast(planOf(gate), flow(500)).gates[0]!, forecast(planOf(gate), flow(5)).gates[0]!];
			const seconds = busy.sees.map((sight) => sight.seconds);
			expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
			for (const { effect, seconds } of busy.sees) {
				const same = quiet.sees.find((sight) => sight.effect === effect);
				expect(same === undefined || same.seconds >= seconds).toBe(true);
			}
			expect(quiet.passSeconds).toBeGreaterThan(busy.passSeconds!);
		}
	});

	it("takes longer when the watch has gates of its own, which share the error budget", () => {
		const canary = { canary: { weight: "10%", hold: "180s", gates: ["error_rate <= champion + 0.1pp"] } };
		const secondsOf = (...gates: readonly string[]) => {
			const stages = [canary, "promote", { watch: { hold: "1h", gates } }];
			const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
			if (!plan.ok) throw new Error(plan.refusal.message);
			return forecast(plan.value, flow(50)).gates[0]!.sees[0]!.seconds;
		};
		const others = ["error_rate <= 1%", "error_rate <= 2%", "error_rate <= 3%"];
		expect(secondsOf(...others)).toBeGreaterThan(secondsOf(...canary.canary.gates));
	});

	it("of a mean is nothing before outcomes are there, and then half the harm in more than twice the time", () => {
		const plan = parsePlan([{ canary: { weight: "10%", hold: "180s", gates: ["mae <= champion + 10%"] } }, "promote"], {
			objectives: NO_OBJECTIVES,
			businessPrimary: null,
		});
		const stage = plan.ok ? plan.value.stages[0] : undefined;
		const gate = stage?.kind === "canary" ? stage.gates[0]! : undefined;
		const still = { challenger: 50, champion: 450, championShare: 0, calmShare: 0, dispersion: 1 };
		expect(foresee(gate!, { ...still, means: null }, 7)).toMatchObject({ sees: [], passSeconds: null });
		const [half, fifth] = foresee(gate!, { ...still, means: { variance: 0.01, seconds: 600 } }, 7).sees;
		expect([half?.effect, fifth?.effect]).toEqual(["+50%", "+20%"]);
		expect(fifth!.seconds).toBeGreaterThan(2 * half!.seconds);
	});
});

describe("the forecast of a plan", () => {
	it("is the holds where the traffic proves each gate within them, and longer where it does not", () => {
		const plan = planOf("error_rate <= champion + 0.5pp");
		expect(forecast(plan, flow(5_000))).toMatchObject({ likelySeconds: 310, longestSeconds: 910, undecided: [] });
		const slow = forecast(plan, flow(50));
		expect(slow.likelySeconds).toBeGreaterThan(310);
		expect(slow.likelySeconds).toBeLessThanOrEqual(910);
	});

	it("names the gates that the traffic cannot prove within the longest time", () => {
		const gates = ["error_rate <= champion + 0.5pp", "error_rate <= champion + 0.1pp"];
		expect(forecast(planOf(...gates), flow(50)).undecided).toEqual(["error_rate <= champion + 0.1pp"]);
	});
});

describe("the sentence under an undecided gate", () => {
	const foresight = {
		gate: "error_rate <= 1%",
		passSeconds: 160,
		sees: [
			{ effect: "x3 errors", seconds: 60 },
			{ effect: "x2 errors", seconds: 660 },
		],
	};

	it("says what would have shown by now and what needs how much longer", () => {
		expect(foresightSentence(foresight, 120)).toBe(
			"x3 errors would have shown by now; x2 errors needs about 9 min more at this rate; proof that all is well about 40 s more",
		);
		expect(foresightSentence({ ...foresight, passSeconds: null }, 700)).toBe(
			"x2 errors would have shown by now; proof that all is well cannot be had at this rate",
		);
	});

	it.each([
		[99, "99 s"],
		[100, "2 min"],
		[5_999, "100 min"],
		[6_001, "2 h"],
		[259_200, "3 d"],
	])("%i seconds are %s", (seconds, text) => {
		expect(timeText(seconds)).toBe(text);
	});
});
