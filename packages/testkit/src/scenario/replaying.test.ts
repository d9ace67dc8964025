import type { Evidence, Placed } from "@headgate/core/analysis";
import { fold, Replay, type RolloutEvent, type RolloutInput, RolloutTracker } from "@headgate/core/rollout";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rehearsal, type RehearsalOptions } from "./index.ts";

const GATES = ["error_rate <= 1%", "latency_p95 <= champion + 20%", "latency_p50 <= champion + 50%"];
const IMPACT = { challengerRequests: 7, challengerFailed: 1 };

/** What may happen to a rollout in a second, beside the second itself. */
type Step =
	| "second"
	| "restart"
	| "lose champion"
	| "quiet"
	| Extract<RolloutInput, { reason: string } | { by: string } | { type: "ReportBreaker" }>;

const PAUSE: Step = { type: "Pause", reason: "p" };
const RESUME: Step = { type: "Resume", reason: "r" };
const step = fc.oneof(
	{ weight: 150, arbitrary: fc.constant<Step>("second") },
	{ weight: 16, arbitrary: fc.constantFrom<Step>("restart", "restart", "lose champion", "quiet", PAUSE, RESUME, RESUME, RESUME) },
	{
		weight: 2,
		arbitrary: fc.constantFrom<Step>(
			{ type: "Promote", reason: "m" },
			{ type: "RollBack", reason: "b", impact: IMPACT },
			{ type: "Supersede", by: "credit-risk-2" },
			{ type: "ReportBreaker", gateway: "g1", impact: IMPACT },
		),
	},
);
const walk = fc.record({
	steps: fc.array(step, { minLength: 5, maxLength: 150, size: "max" }),
	errorRatio: fc.constantFrom(0.003, 0.01, 0.03, 0.09, 0.6),
	meanUs: fc.constantFrom(10_000, 20_000),
	onFail: fc.constantFrom("rollback", "degrade", "pause"),
	onUnknown: fc.constantFrom("ask", "rollback", "promote"),
	first: fc.nat({ max: 9 }).map((n) => n === 0),
	holdback: fc.constantFrom("0%", "5%"),
	automation: fc.constantFrom("manual" as const, "assisted" as const),
	seed: fc.integer(),
	readAfterSeconds: fc.option(fc.nat({ max: 100 })),
});
type Walk = typeof walk extends fc.Arbitrary<infer T> ? T : never;

function optionsOf({
	errorRatio,
	meanUs,
	onFail,
	onUnknown,
	first,
	holdback,
	automation,
	seed,
	...rest
}: Walk): RehearsalOptions {
	const rules = { gates: GATES, on_fail: onFail, on_unknown: onUnknown, extend: 2, min_requests: 50 };
	return {
		champion: first ? null : "1.0.0",
		automation,
		...(rest.readAfterSeconds === null ? {} : { verifyWhole: true, readAfterSeconds: rest.readAfterSeconds }),
		plan: [
			{ canary: { weight: "10%", hold: "10s", ...rules } },
			{ canary: { weight: "100%", hold: "10s", gates: GATES.slice(0, 2) } },
			{ promote: { holdback } },
			{ watch: { hold: "20s" } },
		],
		fleet: { seed, requestsPerSecond: 120, behaviour: (version) => (version === "1.1.0" ? { errorRatio, meanUs } : undefined) },
	};
}

/** Lives through the steps; without restarts when told so. */
function live(walked: Walk, restarts = true): Rehearsal {
	const rehearsal = new Rehearsal(optionsOf(walked));
	for (const one of walked.steps) {
		if (one === "second") rehearsal.second();
		else if (one === "restart") restarts && rehearsal.restart();
		else if (one === "lose champion") rehearsal.notReady.add("1.0.0");
		else if (one === "quiet") rehearsal.fleet.requestsPerSecond = rehearsal.fleet.requestsPerSecond === 0 ? 120 : 0;
		else rehearsal.tell(one);
	}
	return rehearsal;
}

function replay({ recorded, evidence }: Rehearsal, upTo = evidence.length) {
	const replaying = new Replay(recorded);
	for (const record of evidence.slice(0, upTo)) replaying.take(record as Placed<Evidence>);
	return replaying.finish();
}

describe("any rollout, whatever people, gateways and restarts do to it", () => {
	it("is decided again in the same way from its journal and evidence", () => {
		fc.assert(
			fc.property(walk, (walked) => {
				const rehearsal = live(walked);
				const report = replay(rehearsal);
				expect(report.differences).toEqual([]);
				expect(report.worstNumber).toBe(0);
				expect(report.decisionsEqual).toBe(rehearsal.recorded.filter(({ fromEvidence }) => fromEvidence).length);
			}),
			{ numRuns: 60 },
		);
	});

	it("goes on after a restart of control as if there had been none", () => {
		fc.assert(
			fc.property(walk, (walked) => {
				expect(live(walked).recorded).toEqual(live(walked, false).recorded);
			}),
			{ numRuns: 40 },
		);
	});

	it("has weights that sum to 100, an owner for every request, and one rollback at the most", () => {
		fc.assert(
			fc.property(walk, (walked) => {
				const rehearsal = live(walked);
				expect([...rehearsal.weightSums].every((sum) => sum === 100)).toBe(true);
				expect(rehearsal.types.filter((type) => type === "RollbackBegun").length).toBeLessThanOrEqual(1);
				expect(rehearsal.types.filter((type) => type === "Promoted").length).toBeLessThanOrEqual(1);
				if (!walked.first) expect(rehearsal.route?.arms[0]?.role).toBe("champion");
			}),
			{ numRuns: 60 },
		);
	});

	it("is the same state after each event, folded then or later", () => {
		fc.assert(
			fc.property(walk, (walked) => {
				const { events, state } = live(walked);
				expect(fold(events)).toEqual(state);
			}),
			{ numRuns: 30 },
		);
	});
});

describe("a replay", () => {
	const healthy = () => new Rehearsal({ fleet: { seed: 7 } }).until(({ state }) => state.status === "completed", 1_000);

	it("tells when one count of one window is another, and when evidence of a decision is missing", () => {
		const rehearsal = healthy();
		const at = rehearsal.evidence.findIndex((record) => record.kind === "window" && record.window.second > 1_020);
		const record = structuredClone(rehearsal.evidence[at]!);
		if (record.kind === "window") for (const arm of Object.values(record.window.arms)) (arm as { n: number }).n++;
		const flipped = { ...rehearsal, recorded: rehearsal.recorded, evidence: rehearsal.evidence.with(at, record) } as Rehearsal;
		expect(replay(rehearsal).differences).toEqual([]);
		expect(replay(flipped).differences).not.toEqual([]);
		expect(replay(rehearsal, 10).differences).not.toEqual([]);
	});

	it("tells when an event was decided otherwise than the journal says", () => {
		const rehearsal = healthy();
		const at = rehearsal.types.indexOf("Promoted");
		const { event, fromEvidence } = rehearsal.recorded[at]!;
		const other = { ...event, data: { ...event.data, unproven: ["error_rate <= 1%"] } } as RolloutEvent;
		const recorded = rehearsal.recorded.with(at, { event: other, fromEvidence });
		expect(replay({ evidence: rehearsal.evidence, recorded } as unknown as Rehearsal).differences).not.toEqual([]);
	});
});

describe("a tracker that catches up", () => {
	it("lets a person's word wait behind the recorded events, so that it is told where a replay will tell it", () => {
		const rehearsal = new Rehearsal({ fleet: { seed: 3 } });
		for (let i = 0; i < 50; i++) rehearsal.second();
		const tracker = new RolloutTracker(rehearsal.recorded);
		expect(tracker.catchingUp).toBe(true);
		const paused: RolloutEvent = { type: "RolloutPaused", after: tracker.position, data: { reason: "now" } };
		tracker.apply(paused);
		expect(tracker.state.status).not.toBe("paused");
		for (const record of rehearsal.evidence) tracker.take(record);
		tracker.finish();
		expect(tracker.state.status).toBe("paused");
		expect(tracker.state).toEqual(fold([...rehearsal.events, paused]));
	});
});
