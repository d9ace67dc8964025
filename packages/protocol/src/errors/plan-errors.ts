import type { ErrorRow } from "./error-row.ts";

/** A plan, a gate or an endpoint.yaml that cannot be taken as written: trying again with the same text never helps. */
function refused(when: string, hint: string): ErrorRow {
	return { status: 422, exit: 2, retryable: false, when, hint };
}

const SEE_LANGUAGE = "see docs/reference/plan-language.md";

/** The plan and gate language, and endpoint.yaml around it. */
export const planErrors: Readonly<Record<string, ErrorRow>> = {
	"plan.invalid-value": refused("A value in a plan is of the wrong type or spelling.", SEE_LANGUAGE),
	"plan.unknown-key": refused(
		"A stage has an option that its kind does not know.",
		"Write the option that the message suggests.",
	),
	"plan.missing-key": refused("A stage lacks an option it cannot do without.", "Add the option."),
	"plan.out-of-range": refused("A number, share or duration in a plan is outside its range.", "Write a value inside the range."),
	"plan.option-not-available": refused("An option is part of the language but not available yet.", "Leave the option out."),
	"plan.unknown-plan": refused("No built-in plan has this name.", "Name a built-in plan, or list stages."),
	"plan.not-available": refused(
		"A built-in plan needs something that is not available yet.",
		"Choose another plan, or list stages.",
	),
	"plan.needs-business-metric": refused(
		"A plan needs a primary business metric and the endpoint declares none.",
		"Declare one in business_metrics with primary: true, or choose another plan.",
	),
	"plan.unknown-stage": refused("A stage has a kind that does not exist.", SEE_LANGUAGE),
	"plan.stage-not-available": refused("A stage's kind is part of the language but not available yet.", "Leave the stage out."),
	"plan.stage-order": refused("The stages of a plan cannot follow each other like this.", SEE_LANGUAGE),
	"plan.gate-syntax": refused("A gate cannot be read.", 'A gate reads like "error_rate <= 1%".'),
	"plan.gate-operator": refused("A gate uses an operator other than <= and >=.", "Write <= or >=."),
	"plan.gate-direction": refused(
		"A gate's operator looks away from the side where its metric does harm.",
		"Turn the operator round.",
	),
	"plan.gate-unit": refused(
		"A number in a gate has no unit, or one that does not fit its metric.",
		"Write the unit of the metric.",
	),
	"plan.gate-range": refused("A number in a gate is outside what its metric can be.", "Write a value inside the range."),
	"plan.gate-needs-tolerance": refused(
		"A gate compares with the champion without a tolerance, which two equal versions could never prove.",
		'Add a tolerance: "champion + 0.1pp" or "champion + 20%".',
	),
	"plan.gate-not-judgeable": refused("A gate can never be proven, or never be broken, where it stands.", SEE_LANGUAGE),
	"plan.gate-repeated": refused("A stage names the same gate twice.", "Leave one out."),
	"plan.too-many-gates": refused(
		"The latency gates of a plan need more counted latencies than gateways keep.",
		"Leave some out.",
	),
	"plan.unknown-metric": refused("A gate names a metric that does not exist.", SEE_LANGUAGE),
	"plan.metric-not-here": refused(
		"A gate's metric cannot be judged in this kind of stage.",
		"Move the gate to a stage that can.",
	),
	"plan.metric-not-available": refused("A gate's metric cannot be judged on traffic yet.", "Gate on error_rate or latency_pNN."),
	"plan.slice-not-available": refused("A gate on traffic names a slice, which is not available yet.", "Gate on all requests."),
	"plan.objective-missing": refused(
		"A gate refers to an objective that the endpoint does not state.",
		"Add it to objectives in endpoint.yaml, or write the number.",
	),
	"endpoint.invalid-value": refused(
		"A value in endpoint.yaml is of the wrong type or spelling.",
		"Write what the message expects.",
	),
	"endpoint.unknown-key": refused("endpoint.yaml has a key that does not exist.", "Write the key that the message suggests."),
	"endpoint.missing-key": refused("endpoint.yaml lacks a key it cannot do without.", "Add the key."),
	"endpoint.out-of-range": refused(
		"A number or duration in endpoint.yaml is outside its range.",
		"Write a value inside the range.",
	),
	"endpoint.invalid-name": refused(
		"An endpoint or model has a name that cannot be used.",
		"Write 1 to 63 of a-z, 0-9 and -, with no - at either end.",
	),
	"simulate.change": refused("A change to simulate is not written as one.", "Write A/A, +1pp or p95+50%."),
	"simulate.option": refused("A setting of a simulation is outside what is allowed.", "Write a value that the message names."),
	"simulate.traffic": refused(
		"There is no recorded traffic to simulate on.",
		"Name the data folder of an installation that has run a rollout of the endpoint for a minute at least.",
	),
	"simulate.no-canary": refused("A plan without canary stages was to be simulated.", "Simulate a plan with canary stages."),
};
