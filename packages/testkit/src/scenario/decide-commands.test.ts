import type { RolloutInput } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { given, judgement, start } from "./index.ts";

const GATE = "error_rate <= 1%";
const passed: RolloutInput = { type: "ReportChecks", passed: true, level: "full", ms: 1, notVerified: [], problems: [] };
const ready: RolloutInput = { type: "ReportArms", gateways: ["g1"], failed: null };
const running = (...options: Parameters<typeof start>) => [start(...options), passed, ready] as const;
const promote: RolloutInput = { type: "Promote", reason: "seen enough" };
const pause: RolloutInput = { type: "Pause", reason: "lunch" };
const resume: RolloutInput = { type: "Resume", reason: "back" };
const supersede: RolloutInput = { type: "Supersede", by: "credit-risk-2" };
const ask = judgement({ gates: { [GATE]: "error" }, stageSeconds: 20 });
const fails = judgement({ failing: GATE });

describe("promoting by hand", () => {
	it("skips holds, and says which gates were not proven", () => {
		given(...running())
			.when(promote)
			.leadsTo(
				{ type: "Promoted", data: { skippedHolds: true, unproven: [GATE] } },
				{ type: "StageEntered", data: { kind: "watch" } },
			);
		given(...running(), judgement({ gates: { [GATE]: "pass" } }))
			.when(promote)
			.leadsTo({ type: "Promoted", data: { unproven: [] } }, "StageEntered");
	});

	it("never skips a gate that fails", () => {
		const plan = [{ canary: { weight: "10%", hold: "20s", gates: [GATE], on_fail: "pause" } }, { promote: null }];
		given(...running({ plan }), fails)
			.when(promote)
			.refuses("rollout.gate-fails");
		given(...running(), judgement({ failing: GATE, ready: ["1.1.0"] }))
			.when(promote)
			.refuses("rollout.gate-fails");
	});

	it("is possible past a gate whose failure only degrades", () => {
		const plan = [{ canary: { weight: "10%", hold: "20s", gates: [GATE], on_fail: "degrade" } }, { promote: null }];
		given(...running({ plan }), fails)
			.when(promote)
			.leadsTo({ type: "Promoted", data: { unproven: [] } }, "RolloutCompleted");
	});

	it("is refused before the challenger is ready, when it has happened, and when the rollout is over", () => {
		given(start()).when(promote).refuses("rollout.wrong-time");
		given(start(), passed).when(promote).refuses("rollout.wrong-time");
		given(...running(), promote)
			.when(promote)
			.refuses("rollout.promoted");
		given(...running(), fails)
			.when(promote)
			.refuses("rollout.wrong-time");
	});

	it("still leads to the watch in a plan whose promotion is a switch", () => {
		const manual = { plan: "blue-green", automation: "manual" } as const;
		given(...running(manual).slice(0, 2))
			.when(ready)
			.leadsTo("ArmsReady", "RolloutAsked");
		given(...running(manual))
			.when(promote)
			.leadsTo("Promoted", { type: "StageEntered", data: { kind: "watch", weightPercent: 100 } });
	});
});

describe("automation: manual", () => {
	const end = judgement({ gates: { [GATE]: "pass" }, stageSeconds: 20 });

	it("asks before the promotion and not before", () => {
		given(...running({ automation: "manual" }))
			.when(end)
			.leadsTo("StageEntered");
		given(...running({ automation: "manual" }), end)
			.when(end)
			.leadsTo({ type: "RolloutAsked", data: { question: "automation is manual: promote?" } });
	});

	it("asks again when it is only resumed, also where a step was skipped before the question", () => {
		given(...running({ plan: "blue-green", automation: "manual" }), resume)
			.when(judgement({}))
			.leadsTo("RolloutAsked");
		const plan = [
			{ canary: { weight: "10%", hold: "20s", gates: [GATE] } },
			{ approve: { when: "stakes = high", by: 1 } },
			{ promote: null },
		];
		given(...running({ plan, automation: "manual" }), end, resume)
			.when(end)
			.leadsTo("StageSkipped", "RolloutAsked");
	});
});

describe("pausing and resuming", () => {
	it("keeps a stage from being left, whatever its gates say", () => {
		const end = judgement({ gates: { [GATE]: "pass" }, stageSeconds: 20 });
		given(...running(), pause)
			.when(end)
			.leadsTo();
		given(...running(), pause, resume)
			.when(end)
			.leadsTo("StageEntered");
	});

	it("is refused where there is nothing to pause or to resume", () => {
		given(start()).when(pause).refuses("rollout.wrong-time");
		given(...running())
			.when(resume)
			.refuses("rollout.wrong-time");
		given(...running(), fails)
			.when(pause)
			.refuses("rollout.wrong-time");
		given(...running(), fails)
			.when(resume)
			.refuses("rollout.wrong-time");
	});

	it("gives the stage all its holds again after a question", () => {
		const late = (stageSeconds: number) => judgement({ gates: { [GATE]: "unknown" }, stageSeconds });
		const past = [...running(), late(20), late(40), late(60), resume];
		expect(given(...past).state).toMatchObject({ status: "running", question: null, holds: 1 });
		given(...past)
			.when(late(20))
			.leadsTo({ type: "StageExtended", data: { holds: 2 } });
	});

	it("sends a question that is asked again as a notice of its own", () => {
		const notices = given(...running(), ask, resume, ask).state?.noticesDue.map((notice) => notice.id);
		expect(notices).toHaveLength(2);
		expect(new Set(notices).size).toBe(2);
	});
});

describe("a newer deploy", () => {
	it("during a watch supersedes it", () => {
		given(...running(), promote)
			.when(supersede)
			.leadsTo({ type: "RolloutSuperseded", data: { by: "credit-risk-2" } });
	});

	it("never supersedes a rollout that is not promoted yet, or one that is being rolled back", () => {
		given(...running())
			.when(supersede)
			.refuses("rollout.wrong-time");
		given(...running(), promote, fails)
			.when(supersede)
			.refuses("rollout.wrong-time");
	});

	it("has nothing to end when the rollout is over", () => {
		given(...running({ plan: "direct" }))
			.when(supersede)
			.leadsTo();
	});
});

describe("what nobody asked for", () => {
	it("changes nothing: reports of effects that are not due are ignored", () => {
		given(...running())
			.when(passed)
			.leadsTo();
		given(...running())
			.when(ready)
			.leadsTo();
		given(...running())
			.when({ type: "ReportNotice", notice: "never sent" })
			.leadsTo();
		given(...running(), fails)
			.when(judgement({ gates: { [GATE]: "pass" }, stageSeconds: 20 }))
			.leadsTo();
	});

	it("is refused where it makes no sense: a rollout that exists cannot start, one that does not cannot be told anything", () => {
		given(start()).when(start()).refuses("rollout.exists");
		given().when(promote).refuses("rollout.unknown");
	});
});
