import { type SimulatedRollout, summariseRollouts } from "@headgate/core/simulation";
import { describe, expect, it } from "vitest";
import { assessGoal } from "./assess-goal.ts";

const rolledBack = (rolledBackAfter: number | null, badAnswers = 10): SimulatedRollout => ({
	rolledBackAfter,
	gate: rolledBackAfter === null ? null : "g",
	badAnswers,
});
const many = (count: number, rollout: SimulatedRollout) => new Array<SimulatedRollout>(count).fill(rollout);

describe("a goal", () => {
	it("of false rollbacks is missed by one rollback too many", () => {
		const goal = { kind: "false-rollbacks", most: 0.003 } as const;
		expect(assessGoal(goal, summariseRollouts([...many(997, rolledBack(null)), ...many(3, rolledBack(40))])).meets).toBe(true);
		expect(assessGoal(goal, summariseRollouts([...many(996, rolledBack(null)), ...many(4, rolledBack(40))])).meets).toBe(false);
	});

	it("of detection is missed when too few are found, too late in the median, or after too many bad answers", () => {
		const goal = { kind: "found", least: 0.95, medianSeconds: 30, badAnswers: 20 } as const;
		const meets = (...rollouts: readonly SimulatedRollout[]) => assessGoal(goal, summariseRollouts(rollouts)).meets;
		expect(meets(...many(19, rolledBack(30)), rolledBack(null))).toBe(true);
		expect(meets(...many(18, rolledBack(30)), ...many(2, rolledBack(null)))).toBe(false);
		expect(meets(...many(20, rolledBack(31)))).toBe(false);
		expect(meets(...many(20, rolledBack(30, 21)))).toBe(false);
		expect(meets(...many(20, rolledBack(null)))).toBe(false);
	});

	it("of detection is not met by a false alarm before the change", () => {
		const goal = { kind: "found", least: 1, medianSeconds: 30 } as const;
		const alarmed = assessGoal(goal, summariseRollouts([...many(3, rolledBack(-100)), ...many(7, rolledBack(20))]));
		expect(alarmed).toMatchObject({ meets: true, figure: expect.stringContaining("30 % before the change") });
		expect(assessGoal(goal, summariseRollouts([...many(3, rolledBack(-100)), ...many(7, rolledBack(null))])).meets).toBe(false);
		expect(assessGoal(goal, summariseRollouts(many(10, rolledBack(-100)))).meets).toBe(false);
	});
});
