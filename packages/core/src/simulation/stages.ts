import type { CanaryStage, Plan } from "../plan/index.ts";

/** How long the canary stages of a plan are held, in seconds. */
export function plannedSeconds(plan: Plan): number {
	return canaries(plan).reduce((sum, stage) => sum + stage.holdMs / 1000, 0);
}

/** The canary stage at a second; the last one lasts. Throws for a plan without any. */
export function stageAt(plan: Plan, second: number): { readonly index: number; readonly weightPercent: number } {
	let until = 0;
	const { stages } = plan;
	let last = -1;
	for (let index = 0; index < stages.length; index++) {
		const stage = stages[index]!;
		if (stage.kind !== "canary") continue;
		last = index;
		until += stage.holdMs / 1000;
		if (second < until) return { index, weightPercent: stage.weightPercent };
	}
	const stage = stages[last];
	if (stage?.kind !== "canary") throw new Error("a plan without canary stages cannot be simulated");
	return { index: last, weightPercent: stage.weightPercent };
}

function canaries(plan: Plan): readonly CanaryStage[] {
	return plan.stages.filter((stage) => stage.kind === "canary");
}
