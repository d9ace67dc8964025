import { describe, expect, it } from "vitest";
import type { RolloutView } from "../remote/views.ts";
import { createOutput } from "./output.ts";
import { describeEvent } from "./render-event.ts";
import { renderConfirmed, renderRestored, renderRollout } from "./render-rollout.ts";

const output = createOutput(false, { isTTY: false } as never);
const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

const VIEW: RolloutView = {
	id: "credit-risk-2",
	endpoint: "credit-risk",
	status: "running",
	champion: "credit-risk@1.0.0",
	challenger: "credit-risk@1.1.0",
	plan: { name: "canary", stages: [{ kind: "canary" }] } as never,
	stageIndex: 0,
	weightPercent: 10,
	promoted: false,
	unproven: [],
	question: null,
	heldBy: null,
	refusal: null,
	stageSeconds: 75,
	etaSeconds: null,
	gates: [],
	forecast: null,
	impact: { challengerRequests: 10, challengerFailed: 1 },
	rollback: null,
	backlog: 0,
	head: "7:abc",
};

function event(type: string, data: object): string | null {
	return describeEvent({ seq: 9, hash: "f00", at: AT, type, data: { after: 0, data } } as never, output);
}

describe("a rollout in the terminal", () => {
	it("says who challenges whom, where it stands and with what weight", () => {
		const [head] = renderRollout(VIEW, output);
		expect(head).toBe("credit-risk-2  credit-risk@1.0.0 -> credit-risk@1.1.0  in canary at 10 %, 1 min 15 s judged");
		expect(renderRollout({ ...VIEW, champion: null }, output)[0]).toContain("(nothing) -> credit-risk@1.1.0");
	});

	it("uses the words promoted, rolled back and refused for what ended so", () => {
		expect(renderRollout({ ...VIEW, status: "completed" }, output)[0]).toMatch(/ promoted$/);
		expect(renderRollout({ ...VIEW, status: "rolled-back" }, output)[0]).toMatch(/ rolled back$/);
		expect(renderRollout({ ...VIEW, status: "refused", refusal: "C01 cut off" }, output)).toEqual([
			expect.stringMatching(/ refused$/),
			"  refused: C01 cut off",
		]);
	});

	it("shows each gate with its verdict, its reason and its evidence", () => {
		const share = { k: 0, n: 10 };
		const said = { gate: "error_rate <= 1%", verdict: "fail", championAlsoOver: false, because: "over the limit" } as const;
		const gate = { ...said, logEFail: Math.LN10 * 2, logEPass: 0, challenger: share, champion: share, foresight: null };
		const lines = renderRollout({ ...VIEW, gates: [gate] }, output);
		expect(lines[1]).toMatch(/x fail +error_rate <= 1% +over the limit +log10 E fail 2\.0 pass 0\.0/);
	});

	it("says of an undecided gate what it could have seen by now", () => {
		const said = { gate: "error_rate <= 1%", verdict: "unknown", championAlsoOver: false, because: "not yet" } as const;
		const share = { k: 0, n: 10 };
		const foresight = "x10 errors would have shown by now";
		const lines = renderRollout(
			{ ...VIEW, gates: [{ ...said, logEFail: 0, logEPass: 0, challenger: share, champion: share, foresight }] },
			output,
		);
		expect(lines[2]).toContain(foresight);
	});

	it("names the gateways and how long each took, and those whose lease had to run out", () => {
		const gateways = [{ gateway: "g1", ms: 12 }];
		expect(renderRestored({ restoredMs: 12, gateways, leaseExpired: [] })).toBe("restored in 12 ms (g1 12 ms)");
		expect(renderRestored({ restoredMs: 15_000, gateways, leaseExpired: ["g2"] })).toBe(
			"restored in 15 s (g1 12 ms; by the end of their lease: g2)",
		);
	});

	it("does not call a recovery confirmed that was not", () => {
		const confirmed = { seconds: 5, errorRatioBefore: 0.001, errorRatioNow: 0.2, impact: VIEW.impact };
		expect(renderConfirmed({ ...confirmed, confirmed: false })).toMatch(/^NOT confirmed/);
		expect(renderConfirmed({ ...confirmed, confirmed: true })).toMatch(
			/^confirmed .*20\.00 %, before 0\.10 %; 1 of .* 10 answers/,
		);
	});
});

describe("an event in the terminal", () => {
	it("begins with its time, is a sentence, and names the journal's head where a version was promoted", () => {
		expect(event("StageEntered", { index: 1, kind: "canary", weightPercent: 25 })).toBe("03:04:05  canary: challenger at 25 %");
		expect(event("StageSkipped", { index: 1, kind: "evaluate", reason: "not available yet" })).toContain(
			"skipped: not available yet",
		);
		expect(event("Promoted", { holdbackPercent: 0, unproven: [], skippedHolds: false })).toBe(
			"03:04:05  promoted  journal 9:f00",
		);
	});

	it("names what was not proven when a version is promoted all the same", () => {
		const text = event("Promoted", { holdbackPercent: 0, unproven: ["latency_p95 <= 1s"], skippedHolds: false });
		expect(text).toContain("promoted unproven: latency_p95 <= 1s");
	});

	it("names each check that left something unverified once, without its page of words", () => {
		const notVerified = ["H04: how well it predicts", "H09: whether the owner exists: no", "H09: why, it decides"];
		expect(event("ChecksPassed", { level: "L4", ms: 101, notVerified })).toBe(
			"03:04:05  package checked to level L4 in 101 ms; not verified in full: H04, H09 (headgate check says what)",
		);
		expect(event("ChecksPassed", { level: "L4", ms: 101, notVerified: [] })).toMatch(/in 101 ms$/);
	});

	it("is left out when it says nothing to a person", () => {
		expect(event("NoticeSent", { notice: "x" })).toBeNull();
		expect(event("ThresholdsFrozen", { thresholds: { id: "x", latencyUs: [] }, requests: 0, championUs: {} })).toBeNull();
	});
});
