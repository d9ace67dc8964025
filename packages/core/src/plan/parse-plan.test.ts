import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILT_IN_PLANS } from "./built-in-plans.ts";
import { NO_OBJECTIVES } from "./objectives.ts";
import { parsePlan } from "./parse-plan.ts";
import type { CanaryStage, Plan, WatchStage } from "./plan.ts";
import { planDuration } from "./plan-duration.ts";
import { PLAN_REFUSAL_CODES } from "./plan-refusals.ts";
import { renderPlan } from "./render-plan.ts";

const context = { objectives: NO_OBJECTIVES, businessPrimary: null };
const canary = (more: object = {}) => ({ canary: { weight: "10%", hold: "60s", ...more } });
const promote = { promote: null };

function plan(raw: unknown): Plan {
	const result = parsePlan(raw, context);
	if (!result.ok) throw new Error(result.refusal.message);
	return result.value;
}

function traffic(raw: unknown): (CanaryStage | WatchStage)[] {
	return plan(raw).stages.filter((stage) => stage.kind === "canary" || stage.kind === "watch");
}

describe("a plan", () => {
	it("is canary when nothing is written", () => {
		expect(plan(undefined)).toEqual(plan("canary"));
		expect(plan(null).name).toBe("canary");
	});

	it("reads the same as a list and as a file with the one key plan", () => {
		expect(plan({ plan: [canary(), promote] })).toEqual(plan([canary(), promote]));
	});

	it("keeps the order and kinds of its stages", () => {
		const kinds = plan([
			"validate",
			{ evaluate: null },
			canary(),
			{ approve: { when: "stakes = high" } },
			promote,
			{ watch: { hold: "1h" } },
		]);
		expect(kinds.name).toBe("inline");
		expect(kinds.stages.map((stage) => stage.kind)).toEqual(["validate", "evaluate", "canary", "approve", "promote", "watch"]);
	});

	it("asks when a gate stays unknown and gates like the built-in canary where it says nothing", () => {
		expect(traffic([canary(), promote])[0]).toMatchObject({ onFail: "rollback", extend: 3, onUnknown: "ask", minRequests: 500 });
		expect(traffic([canary(), promote])[0]?.gates).toEqual(traffic("canary")[0]?.gates);
	});

	it("takes all gates away only when they are written as none", () => {
		expect(traffic([canary({ gates: [] }), promote])[0]?.gates).toEqual([]);
	});

	it("carries gates and rules over until they are replaced, through promote into watch", () => {
		const stages = traffic([
			canary({
				gates: ["error_rate <= 2%"],
				on_fail: "pause",
				extend: 5,
				on_unknown: "rollback",
				min_requests: 9,
				attribution: "off",
			}),
			canary({ weight: "20%" }),
			canary({ weight: "30%", gates: ["error_rate <= 3%"], attribution: "on" }),
			promote,
			{ watch: { hold: "1h" } },
		]);
		expect(stages[1]).toEqual({ ...stages[0], weightPercent: 20 });
		expect(stages.map(({ gates }) => gates[0]?.text)).toEqual([
			"error_rate <= 2%",
			"error_rate <= 2%",
			"error_rate <= 3%",
			"error_rate <= 3%",
		]);
		expect(stages.map(({ gates }) => gates[0]?.attribution)).toEqual([false, false, true, true]);
		expect(stages[3]).toMatchObject({ onFail: "pause", extend: 5, onUnknown: "rollback", minRequests: 9 });
	});

	it("counts a switch as the promotion when no promote follows, so that a watch may follow it", () => {
		expect(plan([{ switch: null }, { watch: { hold: "1h" } }]).stages).toHaveLength(2);
		expect(plan([{ switch: null }, promote, { watch: { hold: "1h" } }]).stages).toHaveLength(3);
	});

	it("does not hand what evaluate says on to traffic", () => {
		const [stage] = traffic([{ evaluate: { gates: ["auc >= 0.8"], on_fail: "block" } }, canary(), promote]);
		expect(stage).toMatchObject({
			onFail: "rollback",
			gates: [{ text: "error_rate <= 1%" }, { text: "latency_p95 <= champion + 20%" }],
		});
	});
});

describe("a plan is refused", () => {
	it.each([
		[[canary({ weight: "120%" })], "plan.out-of-range", "weight 120% is above 100% (plan[0].canary.weight)"],
		[[canary({ weight: "0%" })], "plan.out-of-range", "weight 0% is not above 0%"],
		[[canary({ weight: "-5%" })], "plan.out-of-range", "weight -5%"],
		[[canary({ weight: 10 })], "plan.invalid-value", "weight is 10, not a percentage"],
		[[canary({ weight: "ten" })], "plan.invalid-value", 'weight is "ten"'],
		[[{ canary: { hold: "60s" } }], "plan.missing-key", "weight is missing (plan[0].canary.weight)"],
		[[{ canary: { weight: "10%" } }], "plan.missing-key", "hold is missing (plan[0].canary.hold)"],
		[[canary({ hold: 180 })], "plan.invalid-value", "hold is 180, not a duration"],
		[[canary({ hold: "0s" })], "plan.out-of-range", "hold 0s is below 1 s"],
		[[canary({ hold: "99w" })], "plan.out-of-range", "hold 99w is above"],
		[[canary({ wait: "1s" })], "plan.unknown-key", 'key "wait" is not known (plan[0].canary.wait)'],
		[[canary({ until: { requests: 1 } })], "plan.option-not-available", "until"],
		[[canary({ gates: "error_rate <= 1%" })], "plan.invalid-value", "gates is"],
		[
			[canary({ gates: ["error_rate <= 1%", "error_rate  <= 1.0%"] })],
			"plan.gate-repeated",
			"written twice (plan[0].canary.gates[1])",
		],
		[[canary({ gates: ["error_rate <= 1%", "latency_p95 <= champion + banana"] })], "plan.gate-syntax", '"banana" at column 27'],
		[[canary({ on_fail: "explode" })], "plan.invalid-value", "on_fail"],
		[[canary({ on_unknown: "promot" })], "plan.invalid-value", "on_unknown"],
		[[canary({ extend: 0 })], "plan.out-of-range", "extend 0 is below 1"],
		[[canary({ extend: 1.5 })], "plan.invalid-value", "extend is 1.5"],
		[[canary({ min_requests: 0 })], "plan.out-of-range", "min_requests 0"],
		[[canary({ attribution: "of" })], "plan.invalid-value", "attribution"],
		[[{ canry: null }], "plan.unknown-stage", 'stage "canry" is not known (plan[0])'],
		[[{ shadow: { sample: "100%" } }], "plan.stage-not-available", "stage shadow is not available yet"],
		[[{ split: null }], "plan.stage-not-available", "split"],
		[[{ cohort: null }], "plan.stage-not-available", "cohort"],
		[[{ validate: null, promote: null }], "plan.invalid-value", "2 keys (validate, promote)"],
		[[{}], "plan.invalid-value", "one key"],
		[[7], "plan.invalid-value", "got 7"],
		[[{ canary: "10%" }], "plan.invalid-value", "canary is"],
		[[], "plan.invalid-value", "no stages"],
		[{ canary: {} }, "plan.invalid-value", "not a list"],
		[[{ evaluate: { on_fail: "rollback" } }], "plan.invalid-value", "on_fail"],
		[[canary(), { approve: { when: "steaks = high" } }, promote], "plan.invalid-value", '"steaks"'],
		[[canary(), { promote: { holdback: "51%" } }], "plan.out-of-range", "holdback 51%"],
		[[canary()], "plan.stage-order", "never promotes"],
		[[promote], "plan.stage-order", "nothing is judged on traffic before promote"],
		[[canary(), promote, promote], "plan.stage-order", "promote stands twice (plan[2].promote)"],
		[[canary(), promote, canary({ weight: "20%" })], "plan.stage-order", "canary stands after the promotion"],
		[[canary(), canary(), promote], "plan.stage-order", "weight 10% does not rise above the 10% before it"],
		[[canary(), { watch: { hold: "1h" } }, promote], "plan.stage-order", "watch stands before the promotion"],
		[[canary(), { validate: null }, promote], "plan.stage-order", "validate stands after traffic has begun"],
		[[{ switch: null }, canary(), promote], "plan.stage-order", "a canary stands after switch"],
		[[{ switch: null }, { watch: { hold: "1h" } }, { watch: { hold: "1h" } }], "plan.stage-order", "watch stands after watch"],
		[[canary({ weight: "100%" }), promote], "plan.gate-not-judgeable", "no champion to compare with at weight 100%"],
		[[canary(), canary({ weight: "20%", attribution: false }), promote], "plan.invalid-value", "attribution changes for gate"],
		[
			[
				canary({ gates: ["latency_p50 <= champion + 20%", "latency_p60 <= champion + 20%", "latency_p99 <= 10ms"] }),
				canary({ weight: "20%", gates: ["latency_p80 <= champion + 20%", "latency_p90 <= champion + 20%"] }),
				promote,
			],
			"plan.too-many-gates",
			"need 9 counted latencies, above 8 (plan[1].canary.gates)",
		],
		[
			[canary({ gates: [50, 60, 70, 80, 90].map((p) => `latency_p${p} <= champion + 20%`) }), promote],
			"plan.too-many-gates",
			"need 10 counted latencies, above 8",
		],
	])("%j", (raw, code, words) => {
		const result = parsePlan(raw, context);
		expect(result).toMatchObject({ ok: false, refusal: { code } });
		if (!result.ok) expect(result.refusal.message).toContain(words);
	});

	it("with the nearest word it may have meant", () => {
		expect(parsePlan([{ canry: null }], context)).toMatchObject({ refusal: { hint: "did you mean canary?" } });
		expect(parsePlan([canary({ wieght: "1%" })], context)).toMatchObject({ refusal: { hint: "did you mean weight?" } });
		expect(parsePlan("canery", context)).toMatchObject({ refusal: { code: "plan.unknown-plan", hint: "did you mean canary?" } });
	});

	it("only with known codes, whatever it is: it never throws", () => {
		const key = fc.constantFrom("canary", "promote", "watch", "evaluate", "approve", "switch", "__proto__", "plan");
		const option = fc.constantFrom("weight", "hold", "gates", "on_fail", "extend", "when", "by", "constructor", "holdback");
		const value = fc.oneof(fc.constantFrom("10%", "60s", "ask", "1e9%", "stakes = high"), fc.jsonValue());
		const stages = fc.array(fc.dictionary(key, fc.oneof(fc.dictionary(option, value), value), { maxKeys: 2 }));
		fc.assert(
			fc.property(fc.oneof(stages, fc.jsonValue(), fc.anything()), (raw) => {
				const result = parsePlan(raw, context);
				if (!result.ok) expect(PLAN_REFUSAL_CODES).toContain(result.refusal.code);
			}),
		);
	});
});

describe("the built-in plans", () => {
	it("canary promotes unproven after three holds, at 10% for 180 s and 50% for 120 s", () => {
		const rules = { extend: 3, onUnknown: "promote", onFail: "rollback", minRequests: 500 };
		expect(traffic("canary")).toMatchObject([
			{ weightPercent: 10, holdMs: 180_000, ...rules },
			{ weightPercent: 50, holdMs: 120_000, ...rules },
			{ kind: "watch", holdMs: 72 * 3_600_000 },
		]);
	});

	it("are read, or refused with what they wait for", () => {
		const answers = BUILT_IN_PLANS.map(({ name }) => {
			const result = parsePlan(name, { ...context, businessPrimary: "approval_value" });
			return `${name}: ${result.ok ? result.value.stages.map((stage) => stage.kind).join(" ") : result.refusal.code}`;
		});
		expect(answers).toEqual([
			"canary: validate evaluate canary canary promote watch",
			"blue-green: validate evaluate switch watch",
			"direct: validate switch",
			...["guarded", "minimal", "shadow", "split", "standing", "cohort"].map((name) => `${name}: plan.not-available`),
		]);
	});

	it.each(["guarded", "minimal"])("%s is refused first for want of a primary business metric", (name) => {
		expect(parsePlan(name, context)).toMatchObject({ refusal: { code: "plan.needs-business-metric" } });
	});
});

describe("a plan for people", () => {
	it("says each stage in one line, and which are skipped for now", () => {
		expect(renderPlan(plan("canary"))).toEqual([
			"1 validate every check of the package",
			"2 evaluate no gates; skipped: not available yet",
			"3 canary   10% for 3 min: error_rate <= 1%, latency_p95 <= champion + 20%; fail: rollback; unknown: up to 3 holds, then promote unproven (from 500 requests)",
			"4 canary   50% for 2 min: same gates; fail: rollback; unknown: up to 3 holds, then promote unproven (from 500 requests)",
			"5 promote  all traffic",
			"6 watch    72 h: error_rate <= 1%; not judged without a holdback: latency_p95 <= champion + 20%; fail: rollback",
		]);
	});

	it("lasts at least its holds and at most each hold as often as it may be extended", () => {
		expect(planDuration(plan("canary"))).toEqual({ likelyMs: 300_000, longestMs: 900_000, watchMs: 259_200_000, mayAsk: true });
		expect(planDuration(plan("direct"))).toEqual({ likelyMs: 0, longestMs: 0, watchMs: 0, mayAsk: false });
	});

	it("is never extended by a stage without gates", () => {
		expect(planDuration(plan([canary({ gates: [], extend: 9 }), promote]))).toMatchObject({ longestMs: 60_000, mayAsk: false });
	});
});
