import type { Plan } from "./plan.ts";

/** How long a rollout takes from its first traffic to its promotion, without waiting for people. */
export interface PlanDuration {
	/** Every gate passes within its hold. */
	readonly likelyMs: number;
	/** Every stage is extended to its end. */
	readonly longestMs: number;
	/** How long it is watched after the promotion; not part of the other two. */
	readonly watchMs: number;
	/** A gate that stays unknown makes the rollout ask a person, who takes the time a person takes. */
	readonly mayAsk: boolean;
}

export function planDuration(plan: Plan): PlanDuration {
	const canaries = plan.stages.filter((stage) => stage.kind === "canary");
	const sum = (values: readonly number[]) => values.reduce((total, next) => total + next, 0);
	return {
		likelyMs: sum(canaries.map((stage) => stage.holdMs)),
		longestMs: sum(canaries.map((stage) => (stage.gates.length === 0 ? 1 : stage.extend) * stage.holdMs)),
		watchMs: sum(plan.stages.map((stage) => (stage.kind === "watch" ? stage.holdMs : 0))),
		// Even `promote` asks below its minimum of requests.
		mayAsk: canaries.some((stage) => stage.gates.length > 0 && stage.onUnknown !== "rollback"),
	};
}
