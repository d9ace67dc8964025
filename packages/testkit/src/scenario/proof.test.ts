import type { Evidence, Placed, Window } from "@headgate/core/analysis";
import type { Verdict } from "@headgate/core/kernel";
import { RolloutTracker } from "@headgate/core/rollout";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rehearsal, type RehearsalOptions, seededUniforms } from "./index.ts";

const GATE = "error_rate <= 1%";
const plan = [{ canary: { weight: "30%", hold: "600s", gates: [GATE] } }, { promote: null }];

function rehearse(options: RehearsalOptions, seconds: number): Rehearsal {
	const rehearsal = new Rehearsal({ plan, ...options });
	for (let i = 0; i < seconds; i++) rehearsal.second();
	return rehearsal;
}

/** What the gate says in the end of this evidence alone, and the worst it ever said of it. */
function judge({ recorded }: Rehearsal, evidence: readonly Placed<Evidence>[]): Verdict | undefined {
	const untilTraffic = recorded.filter(({ fromEvidence, event }) => !fromEvidence && event.after === 0);
	const tracker = new RolloutTracker(untilTraffic);
	for (const record of evidence) tracker.take(record);
	return tracker.lastJudgement?.gates.find((gate) => gate.gate === GATE)?.verdict;
}

const errorRatio = fc.constantFrom(0, 0.002, 0.008, 0.01, 0.02, 0.09);
const without = (window: Window): Window => {
	const arms = Object.entries(window.arms).map(([key, arm]) => {
		const failed = { runtime: 0, timeout: 0, output: 0, reset: 0 };
		return [key, arm.role === "challenger" ? { ...arm, n: 0, failed, over: arm.over.map(() => 0) } : arm] as const;
	});
	return { ...window, arms: Object.fromEntries(arms) };
};

describe("taking evidence away", () => {
	it("never turns a gate that is not proven into a pass: what a shorter rollout proved, a longer one has proven too", () => {
		fc.assert(
			fc.property(errorRatio, fc.integer(), fc.nat({ max: 60 }), (ratio, seed, cut) => {
				const fleet = { seed, behaviour: (version: string) => (version === "1.1.0" ? { errorRatio: ratio } : undefined) };
				const rehearsal = rehearse({ fleet }, 60);
				const { evidence } = rehearsal;
				const shorter = evidence.slice(0, Math.floor((evidence.length * cut) / 60));
				if (judge(rehearsal, shorter) !== "pass") return;
				// Later evidence may speak against the challenger; it cannot make what was proven unproven.
				const why = rehearsal.events.flatMap((event) =>
					event.type === "GateJudged" && event.data.gate === GATE ? [event.data.because] : [],
				);
				const whole = judge(rehearsal, evidence);
				if (whole !== "pass") expect(why.at(-1)).toMatch(/fails|looks worse|champion also over/);
			}),
			{ numRuns: 25 },
		);
	});

	it("of a challenger that never fails, in any seconds of any gateway, only delays the proof", () => {
		fc.assert(
			fc.property(
				fc.integer(),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.integer({ min: 12, max: 60 }),
				(seed, share, seconds) => {
					const behaviour = (version: string) => (version === "1.1.0" ? { errorRatio: 0 } : undefined);
					const rehearsal = rehearse({ fleet: { seed, requestsPerSecond: 60, behaviour } }, seconds);
					const uniform = seededUniforms(seed);
					const less = rehearsal.evidence.map((record) => {
						return record.kind === "window" && uniform() < share ? { ...record, window: without(record.window) } : record;
					});
					if (judge(rehearsal, less) === "pass") expect(judge(rehearsal, rehearsal.evidence)).toBe("pass");
				},
			),
			{ numRuns: 25 },
		);
	});

	it("altogether leaves nothing proven", () => {
		fc.assert(
			fc.property(errorRatio, fc.integer(), (ratio, seed) => {
				const rehearsal = rehearse({ fleet: { seed, behaviour: () => ({ errorRatio: ratio }) } }, 40);
				const nothing = rehearsal.evidence.map((record) =>
					record.kind === "window" ? { ...record, window: without(record.window) } : record,
				);
				expect(judge(rehearsal, nothing)).toBe("unknown");
				expect(
					judge(
						rehearsal,
						rehearsal.evidence.filter((record) => record.kind === "close"),
					),
				).toBe("unknown");
			}),
			{ numRuns: 15 },
		);
	});
});
