import type { Result } from "../kernel/refusal.ts";
import { BUILT_IN_PLANS, type BuiltInPlan, refuseBuiltIn } from "./built-in-plans.ts";
import type { Objectives } from "./objectives.ts";
import { type CarriedRules, type ParsedStage, parseStage } from "./parse-stage.ts";
import type { Plan } from "./plan.ts";
import { isMap, readList } from "./read-value.ts";
import { RefusalList } from "./refusal-list.ts";
import { checkJudgeable, checkOrder } from "./stage-order.ts";
import { LIMITS } from "./stage-table.ts";

export interface PlanContext {
	/** What `objective` in a gate stands for. */
	readonly objectives: Objectives;
	/** The endpoint's primary business metric, or null when it declares none. */
	readonly businessPrimary: string | null;
}

/** The plan of an endpoint that names none. */
export const DEFAULT_PLAN = "canary";

/**
 * Reads a plan: a built-in plan's name, a list of stages, a map with the one key `plan`, or nothing (the default plan). What comes
 * out is complete: carried rules are written out in every stage and objectives are numbers. Refuses the first thing that is wrong.
 */
export function parsePlan(raw: unknown, context: PlanContext): Result<Plan> {
	const written = isMap(raw) && Object.keys(raw).join() === "plan" ? raw["plan"] : raw;
	const name = written === undefined || written === null ? DEFAULT_PLAN : written;
	if (typeof name !== "string") return parseStages("inline", name, context);
	const builtIn: BuiltInPlan | undefined = BUILT_IN_PLANS.find((plan) => plan.name === name);
	if (builtIn === undefined || builtIn.stages === null) return refuseBuiltIn(name, context.businessPrimary);
	return parseStages(name, builtIn.stages, context);
}

function parseStages(name: string, written: unknown, context: PlanContext): Result<Plan> {
	const list = new RefusalList("plan");
	const raw = readList(list, written, "plan", LIMITS.stages) ?? [];
	if (raw.length === 0) list.addShared("invalid-value", "the plan has no stages", `name a built-in plan, or list stages`, "plan");
	const parsed: ParsedStage[] = [];
	let carried: CarriedRules | undefined;
	for (const [index, entry] of raw.entries()) {
		const stage = parseStage(entry, `plan[${index}]`, { list, objectives: context.objectives, carried });
		if (stage === undefined) continue;
		parsed.push(stage);
		carried = stage.carried;
	}
	checkOrder(list, parsed);
	checkJudgeable(list, parsed);
	return list.conclude({ name, stages: parsed.map(({ stage }) => stage) });
}
