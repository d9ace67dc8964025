import type { RolloutEvent, RolloutInput } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { given, judgement, start } from "./index.ts";

const GATE = "error_rate <= 1%";
const passed: RolloutInput = { type: "ReportChecks", passed: true, level: "full", ms: 1, notVerified: [], problems: [] };
const ready: RolloutInput = { type: "ReportArms", gateways: ["g1"], failed: null };
const running = (...options: Parameters<typeof start>) => [start(...options), passed, ready] as const;
const fails = judgement({ failing: GATE });
const impact = { challengerRequests: 100, challengerFailed: 9 };
const rollBack: RolloutInput = { type: "RollBack", reason: "odd answers", impact };
const routed: RolloutInput = { type: "ReportRoute", applied: { revision: 9, restoredMs: 12, gateways: [], leaseExpired: [] } };
const watchAfter = (rules: object) => [
	{ canary: { weight: "10%", hold: "20s", gates: [GATE], ...rules } },
	{ promote: null },
	{ watch: { hold: "60s" } },
];
const promoted = judgement({ gates: { [GATE]: "pass" }, stageSeconds: 20 });

describe("a gate that fails", () => {
	it.each<[string, readonly RolloutInput[]]>([
		["while the stage is running", []],
		["while the rollout is paused", [{ type: "Pause", reason: "lunch" }]],
		["while waiting for a person", [judgement({ gates: { [GATE]: "error" }, stageSeconds: 20 })]],
		["during the watch", [promoted]],
	])("rolls back at once, %s", (_, before) => {
		given(...running({ plan: watchAfter({}) }), ...before)
			.when(fails)
			.leadsTo({ type: "RollbackBegun", data: { trigger: "gate", gate: GATE, jointly: false, restores: { version: "1.0.0" } } });
	});

	it("rolls back before it is asked whether the stage is over", () => {
		given(...running())
			.when(judgement({ failing: GATE, stageSeconds: 20 }))
			.leadsTo("RollbackBegun");
	});

	it("is named when the evidence of all gates crossed together", () => {
		given(...running())
			.when(judgement({ failing: GATE, jointly: true }))
			.leadsTo({ type: "RollbackBegun", data: { gate: GATE, jointly: true } });
	});

	it.each(["pause", "block", "freeze"])("asks a person once under on_fail: %s, and does not move on", (onFail) => {
		const plan = watchAfter({ on_fail: onFail });
		given(...running({ plan }))
			.when(fails)
			.leadsTo({ type: "RolloutAsked", data: { gates: [GATE] } });
		given(...running({ plan }), fails)
			.when(judgement({ failing: GATE, stageSeconds: 99 }))
			.leadsTo();
	});

	it("marks the rollout under on_fail: degrade, tells people, and the rollout goes on", () => {
		const plan = watchAfter({ on_fail: "degrade" });
		const degraded = given(...running({ plan }), fails);
		given(...running({ plan }))
			.when(fails)
			.leadsTo({ type: "RolloutDegraded", data: { gate: GATE } });
		expect(degraded.state).toMatchObject({ status: "running", degraded: [GATE] });
		expect(degraded.state?.noticesDue.map((notice) => notice.text)).toEqual([expect.stringContaining(`degraded: ${GATE}`)]);
		degraded.when(judgement({ gates: { [GATE]: "fail" }, stageSeconds: 20 })).leadsTo("Promoted", "StageEntered");
	});
});

describe("the crash gate", () => {
	it.each(["degrade", "pause", "block", "freeze"])("rolls back whatever on_fail says (%s)", (onFail) => {
		given(...running({ plan: watchAfter({ on_fail: onFail }) }))
			.when(judgement({ failing: "crash" }))
			.leadsTo({ type: "RollbackBegun", data: { gate: "crash" } });
	});
});

describe("the way back", () => {
	it("must be ready on every gateway, else a person is asked, and it is taken once it is ready", () => {
		const notReady = judgement({ failing: GATE, ready: ["1.1.0"] });
		given(...running())
			.when(notReady)
			.leadsTo({ type: "RolloutAsked", data: { question: expect.stringContaining("1.0.0 is not ready") } });
		given(...running(), notReady)
			.when(notReady)
			.leadsTo();
		given(...running(), notReady)
			.when(fails)
			.leadsTo("RollbackBegun");
	});

	it("is taken once per rollout", () => {
		given(...running(), fails)
			.when(fails)
			.leadsTo();
		given(...running(), fails)
			.when(rollBack)
			.refuses("rollback.already");
		given(...running(), fails, routed)
			.when(rollBack)
			.refuses("rollback.already");
		given(...running(), fails, routed)
			.when(routed)
			.leadsTo();
	});

	it("is taken for a person without approval: in validation, warming, canary, pause, watch and after it", () => {
		const completed = [...running({ plan: "direct" })];
		const pasts: readonly (readonly RolloutInput[])[] = [
			[start()],
			[start(), passed],
			[...running()],
			[...running(), { type: "Pause", reason: "" }],
			[...running({ plan: watchAfter({}) }), promoted],
			completed,
		];
		for (const past of pasts) {
			given(...past)
				.when(rollBack)
				.leadsTo({ type: "RollbackBegun", data: { trigger: "person", because: "asked by a person: odd answers", impact } });
		}
	});

	it("does not exist for a first version", () => {
		given(...running({ champion: null }))
			.when(rollBack)
			.refuses("rollback.no-target");
	});

	it("calls a first version off that nobody has been answered by yet", () => {
		given(start({ champion: null }))
			.when(rollBack)
			.leadsTo({ type: "RolloutRefused", data: { reason: "called off by a person: odd answers", problems: [] } });
	});

	it("is taken when a gateway's breaker has sent the traffic home, but not after the promotion", () => {
		const breaker: RolloutInput = { type: "ReportBreaker", gateway: "g2", impact };
		given(...running())
			.when(breaker)
			.leadsTo({ type: "RollbackBegun", data: { trigger: "breaker", because: expect.stringContaining("g2") } });
		given(...running({ plan: watchAfter({}) }), promoted)
			.when(breaker)
			.leadsTo();
	});

	it("restores the champion of before and leaves the one before that warm when the challenger was never promoted", () => {
		const back = given(...running({ plan: watchAfter({}) }), promoted, rollBack);
		expect(back.serving).toMatchObject({ champion: { version: "1.0.0" }, previous: null });
	});
});

describe("confirming a rollback", () => {
	const recovery = { seconds: 5, requests: 20, errorRatioBefore: 0.01, errorRatioNow: 0.02, latencyBack: true };
	const confirms = (change: object) =>
		given(...running(), fails, routed).when(judgement({ recovery: { ...recovery, ...change } }));
	const confirmed = (is: boolean): { type: RolloutEvent["type"]; data: object } => ({
		type: "RollbackConfirmed",
		data: { confirmed: is },
	});

	it("takes 5 judged seconds with 20 requests in which errors and latency are back", () => {
		confirms({}).leadsTo(confirmed(true));
		confirms({ seconds: 4 }).leadsTo();
		confirms({ requests: 19 }).leadsTo();
		confirms({ errorRatioNow: 0.021 }).leadsTo();
		confirms({ latencyBack: false }).leadsTo();
	});

	it("is given up after 15 minutes, and recorded as not confirmed", () => {
		confirms({ seconds: 899, latencyBack: false }).leadsTo();
		confirms({ seconds: 900, latencyBack: false }).leadsTo(confirmed(false));
	});

	it("happens once", () => {
		given(...running(), fails, routed, judgement({ recovery }))
			.when(judgement({ recovery }))
			.leadsTo();
	});
});
