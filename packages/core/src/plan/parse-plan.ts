import { accept, type Result } from "../kernel/refusal.ts";
import { BUILT_IN_PLANS, type BuiltInPlan, refuseBuiltIn } from "./built-in-plans.ts";
import type { BusinessMetrics } from "./business-metric.ts";
import type { Objectives } from "./objectives.ts";
import { parseGate } from "./parse-gate.ts";
import { type CarriedRules, type ParsedStage, parseStage } from "./parse-stage.ts";
import type { Gate, Plan } from "./plan.ts";
import { isMap, readList } from "./read-value.ts";
import { RefusalList } from "./refusal-list.ts";
import { checkJudgeable, checkOrder } from "./stage-order.ts";
import { LIMITS } from "./stage-table.ts";

export interface PlanContext {
	/** What `objective` in a gate stands for. */
	readonly objectives: Objectives;
	/** The endpoint's primary business metric, or null when it declares none. */
	readonly businessPrimary: string | null;
	/** What `business` in a gate may name; left out: none. */
	readonly businessMetrics?: BusinessMetrics;
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
	const plan = parseStages(name, builtIn.stages, context);
	return plan.ok && name === DEFAULT_PLAN ? accept(withBusinessGate(plan.value, context)) : plan;
}

/**
 * The default plan watches the primary business metric too, where there is one, and does not wait for it: what it needs days to see
 * must not hold a rollout of minutes.
 */
function withBusinessGate(plan: Plan, context: PlanContext): Plan {
	const { businessPrimary, businessMetrics = {} } = context;
	const metric = businessPrimary === null ? undefined : businessMetrics[businessPrimary];
	if (metric === undefined) return plan;
	const bound = metric.direction === "up" ? ">= champion - 2%" : "<= champion + 2%";
	const gate = parseGate(`business ${bound}`, { ...context, path: "plan", place: "traffic", attribution: true });
	if (!gate.ok) throw new Error(gate.refusal.message);
	const added: Gate = { ...gate.value, holds: false };
	const stages = plan.stages.map((stage) =>
		stage.kind === "canary" || stage.kind === "watch" ? { ...stage, gates: [...stage.gates, added] } : stage,
	);
	return { ...plan, stages };
}

function parseStages(name: string, written: unknown, context: PlanContext): Result<Plan> {
	const list = new RefusalList("plan");
	const raw = readList(list, written, "plan", LIMITS.stages) ?? [];
	if (raw.length === 0) list.addShared("invalid-value", "the plan has no stages", `name a built-in plan, or list stages`, "plan");
	const parsed: ParsedStage[] = [];
	let carried: CarriedRules | undefined;
	for (const [index, entry] of raw.entries()) {
		const stage = parseStage(entry, `plan[${index}]`, { list, ...context, carried });
		if (stage === undefined) continue;
		parsed.push(stage);
		carried = stage.carried;
	}
	checkOrder(list, parsed);
	checkJudgeable(list, parsed);
	return list.conclude({ name, stages: parsed.map(({ stage }) => stage) });
}
