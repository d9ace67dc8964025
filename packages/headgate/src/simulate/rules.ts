import { NO_OBJECTIVES, type Plan, type PlanContext, parseEndpoint, parsePlan } from "@headgate/core/plan";
import { plannedSeconds } from "@headgate/core/simulation";
import { accepted, HeadgateError } from "@headgate/protocol";
import { list } from "./read-options.ts";

/** A plan to simulate, under the name that the table gives it. */
export interface Rule {
	readonly name: string;
	readonly plan: Plan;
	/** The endpoint that it comes from; null of a rule that was written out. */
	readonly endpoint: string | null;
	/** System gates that its policy turns off. */
	readonly off: readonly string[];
}

const STAGES = [{ canary: { weight: "50%", hold: "120s" } }, { promote: null }];

/**
 * The rules of `--rules` (separated by `;`) and the plan of an endpoint's configuration. Throws what the plan language refuses, or
 * `simulate.no-canary`.
 */
export function readRules(rules: string, endpoint: unknown, file: string): readonly Rule[] {
	const named = list(rules, ";").map(ruleOf);
	const own = endpoint === undefined ? [] : [ruleOfEndpoint(endpoint, file)];
	for (const { name, plan } of [...named, ...own]) {
		if (plannedSeconds(plan) > 0) continue;
		const message = `${name} has no canary stage, so there is nothing to judge`;
		throw new HeadgateError("simulate.no-canary", message, { hint: "Simulate a plan with canary stages.", path: "rules" });
	}
	return [...named, ...own];
}

/** A built-in plan by its name, or gates joined with `and` in the stages of the default one. */
function ruleOf(text: string): Rule {
	const context: PlanContext = { objectives: NO_OBJECTIVES, businessPrimary: null };
	if (/^[a-z/-]+$/.test(text)) return { name: text, plan: accepted(parsePlan(text, context)), endpoint: null, off: [] };
	const first = { canary: { weight: "10%", hold: "180s", gates: list(text, " and ") } };
	return { name: text, plan: accepted(parsePlan([first, ...STAGES], context)), endpoint: null, off: [] };
}

function ruleOfEndpoint(document: unknown, file: string): Rule {
	const { endpoint, plan, checks } = accepted(parseEndpoint(document));
	return { name: `${endpoint} (${file})`, plan, endpoint, off: checks.off };
}
