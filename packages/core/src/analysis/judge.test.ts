import { describe, expect, it } from "vitest";
import { parsePlan } from "../plan/index.ts";
import { NO_OBJECTIVES } from "../plan/objectives.ts";
import { Judge } from "./judge.ts";
import type { Judgement } from "./judgement.ts";

const ERRORS = "error_rate <= 1%";
const LATENCY = "latency_p95 <= champion + 20%";

/** Judges healthy seconds, in which nothing fails; the champion's latency is not known. */
function judge(gates: readonly string[], seconds: number, behind = false): readonly Judgement[] {
	const plan = parsePlan([{ canary: { weight: "10%", hold: "20s", gates } }, "promote"], {
		objectives: NO_OBJECTIVES,
		businessPrimary: null,
	});
	if (!plan.ok) throw new Error(plan.refusal.message);
	const judging = new Judge(plan.value, []);
	const all = { challenger: { n: 100, failed: 0, over: [] }, champion: { n: 900, failed: 0, over: [] } };
	const warm = { ...all, warm: true };
	const classes = { crash: warm, errors: warm, latency: warm };
	return Array.from({ length: seconds }, (_, second) =>
		judging.second({ kind: "close", second, missing: [], readyArms: [], behind, position: second + 1 }, [
			{ second, revision: 1, thresholds: "t", classes, users: null, lottery: null, challengerRouted: true, all },
		]),
	);
}

describe("a hold", () => {
	it("counts the seconds judged on time, not those of a backlog, though both are evidence", () => {
		const [onTime, backlog] = [judge([ERRORS], 60).at(-1)!, judge([ERRORS], 60, true).at(-1)!];
		expect([onTime.stageSeconds, backlog.stageSeconds]).toEqual([60, 0]);
		expect(backlog.gates).toEqual(onTime.gates);
	});
});

describe("the time to a verdict", () => {
	it("is said while every undecided gate gathers evidence, and not any more when all have passed", () => {
		const judged = judge([ERRORS], 60);
		expect(judged[1]!.etaSeconds).toBeGreaterThan(0);
		expect(judged.at(-1)).toMatchObject({
			gates: [{ verdict: "pass" }, { verdict: "pass" }, { verdict: "unknown" }],
			etaSeconds: null,
		});
	});

	it("is not said while one gate cannot be judged, however near the others are", () => {
		expect(judge([ERRORS, LATENCY], 3).map((judgement) => judgement.etaSeconds)).toEqual([null, null, null]);
	});
});
