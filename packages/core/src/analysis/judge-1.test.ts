import { describe, expect, it } from "vitest";
import { NO_OBJECTIVES, parsePlan } from "../plan/index.ts";
import { Judge } from "./judge.ts";

/** 400 seconds at 20 and 180 requests, some of which fail or are slow by a fixed sequence of numbers. */
function judged(gate: string, version: number) {
	const plan = parsePlan([{ canary: { weight: "10%", hold: "1h", gates: [gate] } }, "promote"], {
		objectives: NO_OBJECTIVES,
		businessPrimary: null,
	});
	if (!plan.ok) throw new Error(plan.refusal.message);
	const judge = new Judge(plan.value, [], { version });
	const thresholds = { id: "t", latencyUs: [1_000, 1_200] };
	const still = { index: 0, promoted: false, championGone: false, rolledBack: false, degraded: [] };
	judge.tell({ ...still, thresholds, championUs: { "0.95": 1_000 } });
	let state = 12_345;
	const uniform = () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 1;
		return state / 2 ** 31;
	};
	const arm = (n: number, rate: number) => {
		let [failed, slow] = [0, 0];
		for (let i = 0; i < n; i++) {
			if (uniform() < rate) failed++;
			if (uniform() < 0.05) slow++;
		}
		return { n, failed, over: [slow, slow] };
	};
	const seconds = Array.from({ length: 400 }, (_, second) => {
		const all = { challenger: arm(20, 0.01), champion: arm(180, 0.008) };
		const warm = { ...all, warm: true };
		const window = { second, revision: 1, thresholds: "t", users: null, lottery: null, challengerRouted: true, all };
		return judge.second({ kind: "close", second, missing: [], readyArms: [], behind: false, position: second + 1 }, [
			{ ...window, classes: { crash: warm, errors: warm, latency: warm } },
		]);
	});
	const { logEFail, logEPass } = seconds.at(-1)!.gates[0]!;
	return [logEFail, logEPass];
}

describe("judge 1", () => {
	// Calculated by the last release that had no other judge (f6d94ee). An old rollout whose numbers moved would look tampered with.
	it.each([
		["error_rate <= champion + 50%", -2.071363563143879, -1.3238572703078648],
		["error_rate <= champion + 0.5pp", -2.602947639163063, 1.1825347712821106],
		["error_rate <= 1%", -2.344078250552133, -1.4264131773134077],
		["latency_p95 <= champion + 20%", -2.4749459307403177, -2.7880790951259082],
	])("says of %s what it always said", (gate, logEFail, logEPass) => {
		const [fail, pass] = judged(gate, 1);
		expect(fail).toBeCloseTo(logEFail, 9);
		expect(pass).toBeCloseTo(logEPass, 9);
	});

	it("is not judge 2, whose gate on a multiple of the champion's rate bets by the past only", () => {
		expect(judged("error_rate <= champion + 50%", 2)).not.toEqual(judged("error_rate <= champion + 50%", 1));
	});
});
