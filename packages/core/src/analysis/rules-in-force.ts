import type { Plan, TrafficRules } from "../plan/index.ts";

/**
 * The traffic rules that hold at a stage: its own, else those of the last traffic stage before it, else of the first one after.
 * Null in a plan that judges no traffic.
 */
export function rulesInForce(plan: Plan, stageIndex: number): TrafficRules | null {
	const upTo = plan.stages
		.slice(0, stageIndex + 1)
		.filter(isTraffic)
		.at(-1);
	return upTo ?? plan.stages.find(isTraffic) ?? null;
}

function isTraffic(stage: Plan["stages"][number]): stage is Extract<Plan["stages"][number], TrafficRules> {
	return stage.kind === "canary" || stage.kind === "watch";
}
