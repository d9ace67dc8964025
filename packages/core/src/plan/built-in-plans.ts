import { nearestWord } from "../kernel/nearest.ts";
import { type Refusal, refuse } from "../kernel/refusal.ts";
import { clip } from "./gate-sentence.ts";
import { DEFAULTS } from "./stage-table.ts";

export interface BuiltInPlan {
	readonly name: string;
	/** As a person would write them in endpoint.yaml; null while something it needs does not exist yet. */
	readonly stages: readonly Readonly<Record<string, unknown>>[] | null;
	/** What a plan without stages waits for. */
	readonly missing: string;
	readonly needsBusinessMetric: boolean;
	readonly meaning: string;
}

const WATCH_HOLD = "72h";

/** The plans people choose by name, in the same language they write their own in. */
export const BUILT_IN_PLANS: readonly BuiltInPlan[] = [
	{
		name: "canary",
		stages: [
			{ validate: null },
			{ evaluate: { on_fail: "degrade" } },
			{ canary: { weight: "10%", hold: "180s", gates: DEFAULTS.gates, extend: 3, on_unknown: "promote" } },
			{ canary: { weight: "50%", hold: "120s" } },
			{ promote: null },
			{ watch: { hold: WATCH_HOLD } },
		],
		missing: "",
		needsBusinessMetric: false,
		meaning: "the default: a small share, then half, judged against the champion all the while",
	},
	{
		name: "blue-green",
		stages: [{ validate: null }, { evaluate: null }, { switch: null }, { watch: { hold: WATCH_HOLD, gates: DEFAULTS.gates } }],
		missing: "",
		needsBusinessMetric: false,
		meaning: "warm up, send all traffic at once, watch",
	},
	{
		name: "direct",
		stages: [{ validate: null }, { switch: null }],
		missing: "",
		needsBusinessMetric: false,
		meaning: "send all traffic at once and judge nothing",
	},
	unavailable("guarded", "shadow stages and approvals", "for high stakes: shadow, then days of canary, then a person", true),
	unavailable("minimal", "drills", "one day of canary on the primary business metric", true),
	unavailable("shadow", "shadow stages", "a report on copied traffic; changes nothing"),
	unavailable("split", "split stages", "a fixed split until the product metric decides"),
	unavailable("standing", "standing challengers", "a small share without end, promoted by a person"),
	unavailable("cohort", "cohort stages", "named cohorts first, then wider"),
];

function unavailable(name: string, missing: string, meaning: string, needsBusinessMetric = false): BuiltInPlan {
	return { name, stages: null, missing, needsBusinessMetric, meaning };
}

const AVAILABLE = BUILT_IN_PLANS.filter((plan) => plan.stages !== null).map((plan) => plan.name);

/** Says why a plan of this name cannot be had: unknown, without the business metric it needs, or not available yet. */
export function refuseBuiltIn(name: string, businessPrimary: string | null): { readonly ok: false; readonly refusal: Refusal } {
	const plan = BUILT_IN_PLANS.find((known) => known.name === name);
	if (plan === undefined) {
		const names = BUILT_IN_PLANS.map((known) => known.name);
		const nearest = nearestWord(name, names);
		const hint = nearest === undefined ? `write one of ${AVAILABLE.join(", ")}, or list stages` : `did you mean ${nearest}?`;
		return refuse("plan.unknown-plan", `plan "${clip(name)}" is not known (plan)`, hint, "plan");
	}
	if (plan.needsBusinessMetric && businessPrimary === null) {
		const hint = `declare one in business_metrics with primary: true, or choose ${AVAILABLE.join(", ")}`;
		return refuse("plan.needs-business-metric", `plan ${name} needs a primary business metric (plan)`, hint, "plan");
	}
	const hint = `choose ${AVAILABLE.join(", ")}, or list stages`;
	return refuse("plan.not-available", `plan ${name} is not available yet: it needs ${plan.missing} (plan)`, hint, "plan");
}
