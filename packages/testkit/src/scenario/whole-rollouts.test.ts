import { describe, expect, it } from "vitest";
import { type Behaviour, Rehearsal, type RehearsalOptions, weightOf } from "./index.ts";

const failing = (errorRatio: number, from = 0) => ({
	behaviour: (version: string, second: number): Behaviour | undefined =>
		version === "1.1.0" && second >= from ? { errorRatio } : undefined,
});

const over = ({ state }: Rehearsal) => ["completed", "rolled-back", "asking"].includes(state.status);
const rehearse = (options: RehearsalOptions) => new Rehearsal(options).until(over, 1_000);

describe("a whole rollout, from the first second to the last", () => {
	it("promotes a healthy challenger through every stage", () => {
		const rehearsal = rehearse({ fleet: failing(0.003) });
		expect(rehearsal.types.filter((type) => type !== "GateJudged" && type !== "NoticeSent" && type !== "StageExtended")).toEqual([
			...["RolloutStarted", "ThresholdsFrozen", "ChecksPassed", "WarmingBegun", "ArmsReady", "StageEntered", "StageEntered"],
			...["Promoted", "StageEntered", "RolloutCompleted"],
		]);
		expect(rehearsal.champion).toBe("1.1.0");
		expect(rehearsal.find("Promoted")?.data.unproven).toEqual([]);
		expect([...rehearsal.weightSums]).toEqual([100]);
	});

	it("rolls back a challenger with 9 % failures that an error gate sees, and names the gate", () => {
		const rehearsal = rehearse({ fleet: failing(0.09) });
		expect(rehearsal.state.status).toBe("rolled-back");
		expect(rehearsal.find("RollbackBegun")?.data).toMatchObject({ trigger: "gate", gate: "error_rate <= 1%", jointly: false });
		expect(rehearsal.types).not.toContain("Promoted");
		expect(rehearsal.champion).toBe("1.0.0");
	});

	it("promotes the same challenger when the gate is taken out of the plan", () => {
		const plan = [
			{ canary: { weight: "10%", hold: "20s", gates: [] } },
			{ canary: { weight: "50%", hold: "20s" } },
			{ promote: null },
		];
		const rehearsal = rehearse({ plan, fleet: failing(0.09) });
		expect(rehearsal.state.status).toBe("completed");
		expect(rehearsal.champion).toBe("1.1.0");
	});

	it("rolls back a challenger that turns bad during the watch, to the champion before", () => {
		const rehearsal = new Rehearsal({ fleet: failing(0.09, 1_000 + 90) });
		rehearsal.until(({ state }) => state.promoted);
		expect(rehearsal.seconds).toBeLessThan(90);
		rehearsal.until(over);
		expect(rehearsal.state.status).toBe("rolled-back");
		expect(rehearsal.champion).toBe("1.0.0");
		expect(weightOf(rehearsal.route, "1.0.0")).toBe(100);
	});

	it("begins a stage's hold again when a person resumes", () => {
		const fleet = { requestsPerSecond: 4_000, behaviour: () => ({ errorRatio: 0 }) };
		const rehearsal = new Rehearsal({ fleet });
		for (let i = 0; i < 25; i++) rehearsal.second();
		expect(rehearsal.state.verdicts["error_rate <= 1%"]).toBe("pass");
		expect(rehearsal.tell({ type: "Pause", reason: "lunch" })).toBeNull();
		expect(rehearsal.tell({ type: "Resume", reason: "back" })).toBeNull();
		for (let i = 0; i < 19; i++) rehearsal.second();
		expect(weightOf(rehearsal.route, "1.1.0")).toBe(10);
		rehearsal.second();
		expect(weightOf(rehearsal.route, "1.1.0")).toBe(50);
	});

	it("begins the watch again at a signal that does not roll back", () => {
		const rules = { weight: "10%", hold: "20s", gates: ["error_rate <= 1%"], on_fail: "degrade" };
		const plan = [{ canary: rules }, { promote: null }, { watch: { hold: "60s" } }];
		const rehearsal = new Rehearsal({ plan, fleet: failing(0.05, 1_060 + 30) }).until(({ state }) => state.degraded.length > 0);
		expect(rehearsal.state.promoted).toBe(true);
		for (let i = 0; i < 59; i++) rehearsal.second();
		expect(rehearsal.state.status).toBe("running");
		rehearsal.second();
		expect(rehearsal.state.status).toBe("completed");
	});

	it("does not confirm a rollback while the restored champion fails more often than before", () => {
		let restored = false;
		const behaviour = (version: string) => ({ errorRatio: version === "1.1.0" ? 0.3 : restored ? 0.2 : 0 });
		const rehearsal = new Rehearsal({ fleet: { behaviour } }).until(over);
		restored = true;
		for (let i = 0; i < 60; i++) rehearsal.second();
		expect(rehearsal.state.status).toBe("rolled-back");
		expect(rehearsal.types).not.toContain("RollbackConfirmed");
	});

	it("confirms a rollback from the live windows of the restored champion", () => {
		const rehearsal = rehearse({ fleet: failing(0.09) });
		rehearsal.until(({ types }) => types.includes("RollbackConfirmed"), 60);
		expect(rehearsal.find("RollbackConfirmed")?.data).toMatchObject({ confirmed: true });
	});
});
