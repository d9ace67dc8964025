import type { Plan } from "../plan/index.ts";

/** How long the canary stages of a plan are held, in seconds. */
export function plannedSeconds(plan: Plan): number {
	return plan.stages.reduce((sum, stage) => sum + (stage.kind === "canary" ? stage.holdMs / 1_000 : 0), 0);
}

/** The canary stage at a second; the last one lasts. Throws for a plan without any. */
export function stageAt({ stages }: Plan, second: number): { readonly index: number; readonly weightPercent: number } {
	let until = 0;
	let at: { readonly index: number; readonly weightPercent: number } | null = null;
	for (const [index, stage] of stages.entries()) {
		if (stage.kind !== "canary") continue;
		at = { index, weightPercent: stage.weightPercent };
		until += stage.holdMs / 1_000;
		if (second < until) break;
	}
	if (at === null) throw new Error("a plan without canary stages cannot be simulated");
	return at;
}
