/**
 * Every code that reading a plan, a gate or endpoint.yaml can refuse with. The error catalogue in protocol has a row for each;
 * a test outside core compares the two.
 */
export const PLAN_REFUSAL_CODES = [
	"plan.invalid-value",
	"plan.unknown-key",
	"plan.missing-key",
	"plan.out-of-range",
	"plan.option-not-available",
	"plan.unknown-plan",
	"plan.not-available",
	"plan.needs-business-metric",
	"plan.unknown-stage",
	"plan.stage-not-available",
	"plan.stage-order",
	"plan.gate-syntax",
	"plan.gate-operator",
	"plan.gate-direction",
	"plan.gate-unit",
	"plan.gate-range",
	"plan.gate-needs-tolerance",
	"plan.gate-not-judgeable",
	"plan.gate-repeated",
	"plan.too-many-gates",
	"plan.unknown-metric",
	"plan.metric-not-here",
	"plan.metric-not-available",
	"plan.slice-not-available",
	"plan.objective-missing",
	"endpoint.invalid-value",
	"endpoint.unknown-key",
	"endpoint.missing-key",
	"endpoint.out-of-range",
	"endpoint.invalid-name",
] as const;

export type PlanRefusalCode = (typeof PLAN_REFUSAL_CODES)[number];
