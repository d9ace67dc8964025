import type { RolloutInput } from "@headgate/core/rollout";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { given, judgement, Rehearsal, start, weightOf } from "./index.ts";

const GATE = "error_rate <= 1%";
const sampled: RolloutInput = { type: "ReportChecks", passed: true, level: "L3", ms: 1, notVerified: [], problems: [] };
const whole: RolloutInput = { ...sampled, level: "L4" };
const ready: RolloutInput = { type: "ReportArms", gateways: ["g1"], failed: null };
const impact = { challengerRequests: 7, challengerFailed: 0 };
const verified: RolloutInput = { type: "ReportVerification", level: "L4", ms: 9, problem: null, impact };
const problem = { id: "A04", message: "model.onnx was changed", hint: "push it again" };
const corrupt: RolloutInput = { ...verified, problem };
const over = judgement({ gates: { [GATE]: "pass" }, stageSeconds: 600 });
const begun = start({ verifyWhole: true });
const direct = start({ verifyWhole: true, plan: "direct" });

describe("a package that was only sampled", () => {
	it("gets its first canary at once, and no more before every byte of it was read", () => {
		given(begun, sampled)
			.when(ready)
			.leadsTo("ArmsReady", { type: "StageEntered", data: { weightPercent: 10 } });
		given(begun, sampled, ready)
			.when(over)
			.leadsTo("GateJudged", { type: "VerificationAwaited", data: { index: 2, reason: expect.stringContaining("sample") } });
		given(begun, sampled, ready, over).when(over).leadsTo();
		given(begun, sampled, ready, over, verified)
			.when(over)
			.leadsTo("GateJudged", { type: "StageEntered", data: { weightPercent: 50 } });
	});

	it("is not held up when it was read in time, nor when the checks had read it whole", () => {
		given(begun, sampled, ready, verified).when(over).leadsTo("GateJudged", "StageEntered");
		given(begun, whole, ready).when(over).leadsTo("GateJudged", "StageEntered");
		given(begun, whole, ready).when(verified).leadsTo();
	});

	it("is read before it is loaded where no canary comes first", () => {
		for (const input of [direct, start({ verifyWhole: true, champion: null })]) {
			given(input).when(sampled).leadsTo("ChecksPassed", "VerificationAwaited");
			expect(
				given(input, sampled)
					.when(verified)
					.events.map(({ type }) => type),
			).toEqual(expect.arrayContaining(["PackageVerified", "WarmingBegun"]));
		}
	});

	it("is not promoted by a person either", () => {
		given(begun, sampled, ready).when({ type: "Promote", reason: "now" }).refuses("rollout.not-verified");
		given(begun, sampled, ready, verified).when({ type: "Promote", reason: "now" }).leadsTo("Promoted", "StageEntered");
	});

	it("is not left unproven before it was read either", () => {
		const plan = [{ canary: { weight: "10%", hold: "20s", gates: [GATE], on_unknown: "promote", extend: 1 } }, { promote: null }];
		const undecided = judgement({ gates: { [GATE]: "unknown" }, stageSeconds: 600 });
		const held = [start({ verifyWhole: true, plan }), sampled, ready] as const;
		given(...held)
			.when(undecided)
			.leadsTo("GateJudged", "VerificationAwaited");
		given(...held, undecided)
			.when(undecided)
			.leadsTo();
		given(...held, undecided, verified)
			.when(undecided)
			.leadsTo("GateJudged", "StageLeftUnproven", "Promoted", "RolloutCompleted");
	});

	it("needs nothing of the kind where the policy turned A04 off, or the rollout began before it was asked for", () => {
		given(start({ verifyWhole: true, off: ["A04"] }), sampled, ready)
			.when(over)
			.leadsTo("GateJudged", "StageEntered");
		given(start(), sampled, ready).when(over).leadsTo("GateJudged", "StageEntered");
	});
});

describe("a package whose bytes are found to be others", () => {
	it("is taken back at once, with the file named", () => {
		given(begun, sampled, ready)
			.when(corrupt)
			.leadsTo({ type: "RollbackBegun", data: { trigger: "package", impact, because: expect.stringContaining("model.onnx") } });
		given(begun, sampled, ready, over).when(corrupt).leadsTo("RollbackBegun");
	});

	it("is refused while it has no traffic", () => {
		for (const past of [
			[direct, sampled],
			[begun, sampled],
		]) {
			given(...past)
				.when(corrupt)
				.leadsTo({ type: "RolloutRefused", data: { problems: [problem] } });
		}
	});

	it("says nothing to a rollout that is over", () => {
		const back: RolloutInput = { type: "RollBack", reason: "b", impact };
		given(begun, sampled, ready, back).when(corrupt).leadsTo();
	});
});

describe("any rollout of a sampled package", () => {
	const walk = fc.record({
		readAfterSeconds: fc.nat({ max: 120 }),
		corrupt: fc.boolean(),
		seed: fc.integer(),
		plan: fc.constantFrom(undefined, "direct", "blue-green"),
		first: fc.boolean(),
	});

	it("gives nobody but the first canary's share an answer of bytes that were not read", () => {
		fc.assert(
			fc.property(walk, ({ readAfterSeconds, corrupt, seed, plan, first }) => {
				const rehearsal = new Rehearsal({
					verifyWhole: true,
					readAfterSeconds,
					...(corrupt ? { corruption: "x differs" } : {}),
					...(plan === undefined ? {} : { plan }),
					...(first ? { champion: null } : {}),
					fleet: { seed, requestsPerSecond: 200 },
				});
				const allowed = first || plan !== undefined ? 0 : 10;
				for (let second = 0; second < 200; second++) {
					rehearsal.second();
					if (rehearsal.types.includes("PackageVerified")) continue;
					expect(weightOf(rehearsal.route, "1.1.0") ?? 0).toBeLessThanOrEqual(allowed);
					expect(rehearsal.types).not.toContain("Promoted");
				}
				if (corrupt) expect(["refused", "rolled-back"]).toContain(rehearsal.state.status);
				else expect(rehearsal.types).toContain("PackageVerified");
			}),
			{ numRuns: 40 },
		);
	});
});
