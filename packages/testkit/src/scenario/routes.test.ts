import { effectsOf, evolveServing, NOBODY, type RolloutInput, routeOf, type Serving } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { arm, given, judgement, start, weightOf } from "./index.ts";

const GATE = "error_rate <= 1%";
const passed: RolloutInput = { type: "ReportChecks", passed: true, level: "full", ms: 1, notVerified: [], problems: [] };
const ready: RolloutInput = { type: "ReportArms", gateways: ["g1"], failed: null };
const promote: RolloutInput = { type: "Promote", reason: "" };
const WARM_MS = 1_000;
const serving: Serving = { champion: arm("1.0.0"), previous: null, previousWarmUntilMs: 0 };
const plan = [
	{ canary: { weight: "10%", hold: "20s", gates: [GATE] } },
	{ promote: { holdback: "5%" } },
	{ watch: { hold: "72h" } },
];
const running = [start({ plan }), passed, ready] as const;
const route = (past: readonly RolloutInput[], by: Serving = serving, nowMs = 0) =>
	routeOf("credit-risk", by, given(...past).state, nowMs);
const weights = (of: ReturnType<typeof route>) =>
	of?.arms.map(({ version, role, weightPercent }) => `${version} ${role} ${weightPercent}`);
const promoted: Serving = { champion: arm("1.1.0"), previous: arm("1.0.0"), previousWarmUntilMs: WARM_MS };

describe("the route of an endpoint", () => {
	it("has nobody on trial before the checks have passed, then warms the challenger without traffic", () => {
		expect(weights(route([start({ plan })]))).toEqual(["1.0.0 champion 100"]);
		expect(weights(route([start({ plan }), passed]))).toEqual(["1.0.0 champion 100", "1.1.0 challenger 0"]);
	});

	it("gives the challenger the stage's weight on trial, outside the event loop", () => {
		const now = route(running);
		expect(weights(now)).toEqual(["1.0.0 champion 90", "1.1.0 challenger 10"]);
		expect(now?.arms.map(({ trial, placement }) => [trial, placement])).toEqual([
			[false, "worker"],
			[true, "worker"],
		]);
	});

	it("sends everything to the champion the moment a rollback begins", () => {
		expect(weights(route([...running, judgement({ failing: GATE })]))).toEqual(["1.0.0 champion 100"]);
	});

	it("keeps the holdback with the champion of before, and that one warm through the watch, however short keep_warm is", () => {
		for (const nowMs of [0, WARM_MS, 1e12]) {
			expect(weights(route([...running, promote], promoted, nowMs))).toEqual(["1.1.0 champion 95", "1.0.0 previous 5"]);
		}
	});

	it("keeps the champion of before warm without traffic after the rollout, until keep_warm is over", () => {
		const direct = [start({ plan: "direct" }), passed, ready];
		expect(weights(route(direct, promoted, WARM_MS - 1))).toEqual(["1.1.0 champion 100", "1.0.0 previous 0"]);
		expect(weights(route(direct, promoted, WARM_MS))).toEqual(["1.1.0 champion 100"]);
	});

	it("keeps it warm beside the next challenger too", () => {
		const next = [start({ plan, champion: "1.1.0", challenger: "1.2.0" }), passed, ready];
		expect(weights(route(next, promoted))).toEqual(["1.1.0 champion 90", "1.2.0 challenger 10", "1.0.0 previous 0"]);
		const back = [start({ plan, champion: "1.1.0", challenger: "1.0.0" }), passed, ready];
		expect(weights(route(back, promoted))).toEqual(["1.1.0 champion 90", "1.0.0 challenger 10"]);
	});

	it("still has it after that challenger was rolled back", () => {
		const next = start({ plan, champion: "1.1.0", challenger: "1.2.0" });
		const { state, events } = given(next, passed, ready, judgement({ failing: GATE, ready: ["1.1.0"] }));
		expect(events.at(-1)?.type).toBe("RollbackBegun");
		expect(evolveServing(promoted, events.at(-1)!, state!, 5)).toEqual(promoted);
	});

	it("has nobody in it before the first version is warmed, and the first version for everybody then", () => {
		const first = start({ plan, champion: null });
		expect(route([first], NOBODY)).toBeNull();
		expect(weights(route([first, passed], NOBODY))).toEqual(["1.1.0 challenger 100"]);
		expect(weightOf(route([first, passed, ready], { ...NOBODY, champion: arm("1.1.0") }), "1.1.0")).toBe(100);
	});
});

describe("what is left to be done", () => {
	const kinds = (past: readonly RolloutInput[], quarantined = false) =>
		effectsOf(given(...past).state!, quarantined).map(({ kind }) => kind);
	const relative = [
		{ canary: { weight: "10%", hold: "20s", gates: ["latency_p95 <= champion + 20%"] } },
		{ promote: null },
		{ watch: { hold: "72h" } },
	];
	const rolledBack = [
		...running,
		judgement({ failing: GATE }),
		{ type: "ReportRoute", applied: { revision: 9, restoredMs: 1, gateways: [], leaseExpired: [] } } as const,
	];

	it("ends with the event that reports it", () => {
		expect(kinds([start()])).toEqual(["check-package"]);
		expect(kinds([start(), passed])).toEqual(["await-arms"]);
		expect(kinds(running)).toEqual([]);
		expect(kinds([...running, judgement({ failing: GATE })])).toEqual(["send-notice", "await-route"]);
		expect(kinds(rolledBack)).toEqual(["send-notice", "quarantine"]);
		expect(kinds(rolledBack, true)).toEqual(["send-notice"]);
		const [notice] = given(...rolledBack).state!.noticesDue;
		expect(kinds([...rolledBack, { type: "ReportNotice", notice: notice!.id }], true)).toEqual([]);
	});

	it("measures the champion's latency while it is the champion, never the challenger's after its promotion", () => {
		const past = [start({ plan: relative }), passed, ready];
		expect(kinds(past)).toEqual(["measure-thresholds"]);
		expect(kinds([...past, promote])).not.toContain("measure-thresholds");
		const frozen = { thresholds: { id: "x", latencyUs: [1] }, requests: 2_000, championUs: { "0.95": 1 } };
		given(...past, promote)
			.when({ type: "ReportThresholds", frozen })
			.leadsTo();
		given(...past)
			.when({ type: "ReportThresholds", frozen })
			.leadsTo("ThresholdsFrozen");
	});
});
