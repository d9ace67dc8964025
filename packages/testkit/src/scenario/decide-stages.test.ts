import type { RolloutInput } from "@headgate/core/rollout";
import { describe, it } from "vitest";
import { given, judgement, planOf, start } from "./index.ts";

const GATE = "error_rate <= 1%";
const passed: RolloutInput = { type: "ReportChecks", passed: true, level: "full", ms: 1, notVerified: [], problems: [] };
const ready: RolloutInput = { type: "ReportArms", gateways: ["g1"], failed: null };
const running = (...options: Parameters<typeof start>) => [start(...options), passed, ready] as const;
const pass = { gates: { [GATE]: "pass" } } as const;
const unknown = { gates: { [GATE]: "unknown" } } as const;
const canary = (rules: object) => [{ canary: { weight: "10%", hold: "20s", gates: [GATE], ...rules } }, { promote: null }];

describe("a backlog", () => {
	const over = { ...pass, stageSeconds: 600 };

	it("moves no stage, whatever its gates say; the first second on time does", () => {
		given(...running({ plan: canary({}) }))
			.when(judgement({ ...over, behind: true }))
			.leadsTo("GateJudged");
		given(...running({ plan: canary({}) }), judgement({ ...over, behind: true }))
			.when(judgement(over))
			.leadsTo("GateJudged", "Promoted", "RolloutCompleted");
	});

	it("rolls back at once on harm", () => {
		given(...running({ plan: canary({}) }))
			.when(judgement({ failing: GATE, behind: true }))
			.leadsTo("GateJudged", "RollbackBegun");
	});
});

describe("before the first traffic", () => {
	it("nothing is loaded before the package has passed its checks", () => {
		given(start())
			.when(passed)
			.leadsTo("ChecksPassed", { type: "WarmingBegun", data: { index: 1 } });
		const problems = [{ id: "A01", message: "torn", hint: "push it again" }];
		given(start())
			.when({ ...passed, passed: false, problems })
			.leadsTo({ type: "RolloutRefused", data: { problems } });
	});

	it("no traffic goes to a challenger that is not ready, and one that cannot be loaded is refused", () => {
		given(start(), passed)
			.when(ready)
			.leadsTo("ArmsReady", { type: "StageEntered", data: { index: 1, weightPercent: 10 } });
		given(start(), passed)
			.when({ ...ready, failed: { gateway: "g2", reason: "out of memory" } })
			.leadsTo("RolloutRefused");
	});

	it("a plan need not begin with validate", () => {
		given(start({ plan: canary({}) }), passed)
			.when(ready)
			.leadsTo("ArmsReady", { type: "StageEntered", data: { index: 0 } });
	});

	it("a stage that cannot be done yet is skipped, with the reason", () => {
		given(start({ plan: "canary" }))
			.when(passed)
			.leadsTo("ChecksPassed", { type: "StageSkipped", data: { kind: "evaluate", reason: "not available yet" } }, "WarmingBegun");
	});

	it("a first version skips its canary stages with the reason, and is promoted once it is ready", () => {
		const reason = "first version: there is no champion to compare with";
		const first = start({ champion: null });
		given(first)
			.when(passed)
			.leadsTo(
				"ChecksPassed",
				{ type: "StageSkipped", data: { reason } },
				{ type: "StageSkipped", data: { reason } },
				"WarmingBegun",
			);
		given(first, passed)
			.when(ready)
			.leadsTo("ArmsReady", "Promoted", { type: "StageSkipped", data: { kind: "watch" } }, "RolloutCompleted");
	});
});

describe("leaving a stage", () => {
	it("takes the whole hold, also when every gate has passed", () => {
		given(...running())
			.when(judgement({ ...pass, stageSeconds: 19 }))
			.leadsTo();
		given(...running())
			.when(judgement({ ...pass, stageSeconds: 20 }))
			.leadsTo({ type: "StageEntered", data: { weightPercent: 50 } });
	});

	it("takes every gate, also when the hold is over: the stage is extended up to its limit, then on_unknown acts", () => {
		const late = (seconds: number) => judgement({ ...unknown, stageSeconds: seconds });
		const at = (plan: unknown, ...seconds: readonly number[]) => given(...running({ plan }), ...seconds.map(late));
		const asking = canary({ extend: 3, on_unknown: "ask" });
		at(asking)
			.when(late(20))
			.leadsTo({ type: "StageExtended", data: { holds: 2, waitingFor: [GATE] } });
		at(asking, 20).when(late(39)).leadsTo();
		at(asking, 20)
			.when(late(40))
			.leadsTo({ type: "StageExtended", data: { holds: 3 } });
		at(asking, 20, 40)
			.when(late(60))
			.leadsTo({ type: "RolloutAsked", data: { gates: [GATE] } });
		at(canary({ extend: 1, on_unknown: "rollback" }))
			.when(late(20))
			.leadsTo({ type: "RollbackBegun", data: { trigger: "unknown", gate: GATE } });
		at(canary({ extend: 1, on_unknown: "promote" }))
			.when(late(20))
			.leadsTo("StageLeftUnproven", { type: "Promoted", data: { unproven: [GATE] } }, "RolloutCompleted");
	});

	it("writes down what every gate said, also those that say what they said before", () => {
		given(...running(), judgement(pass))
			.when(judgement({ ...pass, stageSeconds: 20 }))
			.leadsTo({ type: "GateJudged", data: { before: "pass", verdict: "pass" } }, "StageEntered");
		given(...running(), judgement(pass))
			.when(judgement({ ...pass, stageSeconds: 2 }))
			.leadsTo();
	});

	it("asks when a gate cannot be judged at all", () => {
		given(...running())
			.when(judgement({ gates: { [GATE]: "error" }, stageSeconds: 20 }))
			.leadsTo("RolloutAsked");
	});
});

describe("promoting unproven", () => {
	const plan = canary({ extend: 1, on_unknown: "promote", min_requests: 500 });
	const end = { ...unknown, stageSeconds: 20 };

	it("never happens to a challenger below min_requests", () => {
		given(...running({ plan }))
			.when(judgement({ ...end, stageChallengerRequests: 499 }))
			.leadsTo("RolloutAsked");
		given(...running({ plan }))
			.when(judgement({ ...end, stageChallengerRequests: 500 }))
			.leadsTo("StageLeftUnproven", "Promoted", "RolloutCompleted");
	});

	it("never happens while a fail side is above e-value 5", () => {
		given(...running({ plan }))
			.when(judgement({ ...end, logEFail: Math.log(5.01) }))
			.leadsTo("RolloutAsked");
		given(...running({ plan }))
			.when(judgement({ ...end, logEFail: Math.log(4.99) }))
			.leadsTo("StageLeftUnproven", "Promoted", "RolloutCompleted");
	});

	it("never happens when the champion is over the limit too: it asks and says so", () => {
		given(...running({ plan }))
			.when(judgement({ ...end, championAlsoOver: true }))
			.leadsTo({
				type: "RolloutAsked",
				data: { question: `not decided in time: ${GATE}: as told` },
			});
	});

	it("is not said of a gate that passed in a later stage", () => {
		const first = { weight: "10%", hold: "20s", gates: [GATE], extend: 1, on_unknown: "promote" };
		const two = [{ canary: first }, { canary: { weight: "50%", hold: "20s" } }, { promote: null }];
		given(...running({ plan: two }), judgement(end))
			.when(judgement({ ...pass, stageSeconds: 20 }))
			.leadsTo({ type: "Promoted", data: { unproven: [] } }, "RolloutCompleted");
	});

	it("never happens in silence: a stage in which the challenger answered nothing is not left, even by gates that passed before", () => {
		const silent = { ...pass, stageChallengerRequests: 0 };
		given(...running({ plan: canary({ extend: 1 }) }))
			.when(judgement({ ...silent, stageSeconds: 20 }))
			.leadsTo("RolloutAsked");
		given(...running({ plan }))
			.when(judgement({ ...end, stageChallengerRequests: 0 }))
			.leadsTo("RolloutAsked");
		const question = "the challenger answered no request in this stage";
		given(...running({ plan: canary({ extend: 1, on_unknown: "rollback" }) }))
			.when(judgement({ ...silent, stageSeconds: 20 }))
			.leadsTo({ type: "RolloutAsked", data: { question } });
	});
});

describe("the built-in plans", () => {
	it("blue-green sends all traffic at once and then watches", () => {
		given(...running({ plan: "blue-green" }).slice(0, 2))
			.when(ready)
			.leadsTo(
				"ArmsReady",
				{ type: "Promoted", data: { holdbackPercent: 0 } },
				{ type: "StageEntered", data: { kind: "watch", weightPercent: 100 } },
			);
	});

	it("direct is done once the challenger is ready", () => {
		given(start({ plan: "direct" }), passed)
			.when(ready)
			.leadsTo("ArmsReady", "Promoted", "RolloutCompleted");
	});

	it("a watch ends after its hold", () => {
		const holdSeconds = planOf("blue-green").stages.flatMap((stage) =>
			stage.kind === "watch" ? [stage.holdMs / 1_000] : [],
		)[0]!;
		const watching = given(...running({ plan: "blue-green" }));
		watching.when(judgement({ stageSeconds: holdSeconds - 1 })).leadsTo();
		watching.when(judgement({ stageSeconds: holdSeconds })).leadsTo("RolloutCompleted");
	});
});
