import { renderDuration } from "../kernel/duration.ts";
import type { EvaluateStage, Plan, Stage, TrafficRules } from "./plan.ts";
import { isSkipped } from "./stage-table.ts";

/** A plan for people: one line per stage, `3 canary    10% for 3 min: error_rate <= 1%; fail: rollback; ...`. */
export function renderPlan(plan: Plan): string[] {
	return plan.stages.map((stage, index) => {
		const number = String(index + 1).padStart(String(plan.stages.length).length);
		const skipped = isSkipped(stage.kind) ? ["skipped: not available yet"] : [];
		const text = [describeStage(stage, plan.stages[index - 1], holdsBack(plan)), ...skipped]
			.filter((part) => part !== "")
			.join("; ");
		return `${number} ${stage.kind.padEnd(8)} ${text}`.trimEnd();
	});
}

/** Whether the old champion keeps some traffic after the promotion, so that a watch has something to compare with. */
function holdsBack(plan: Plan): boolean {
	return plan.stages.some((stage) => stage.kind === "promote" && stage.holdbackPercent > 0);
}

function describeStage(stage: Stage, before: Stage | undefined, hasHoldback: boolean): string {
	switch (stage.kind) {
		case "validate":
			return "every check of the package";
		case "evaluate":
			return describeGates(stage);
		case "canary":
			return `${stage.weightPercent}% for ${renderDuration(stage.holdMs)}: ${describeRules(stage, before)}`;
		case "switch":
			return "all traffic at once";
		case "approve":
			return `by ${stage.by}${stage.when === null ? "" : `, when ${stage.when}`}`;
		case "promote":
			return stage.holdbackPercent === 0 ? "all traffic" : `all traffic but ${stage.holdbackPercent}% held back`;
		case "watch":
			return `${renderDuration(stage.holdMs)}: ${describeWatch(stage, hasHoldback)}; fail: ${stage.onFail}`;
		default:
			return stage satisfies never;
	}
}

function describeRules(stage: TrafficRules, before: Stage | undefined): string {
	const gates = before?.kind === "canary" && describeGates(before) === describeGates(stage) ? "same gates" : describeGates(stage);
	if (stage.gates.length === 0) return gates;
	const promote = stage.onUnknown === "promote" ? ` unproven (from ${stage.minRequests} requests)` : "";
	return `${gates}; fail: ${stage.onFail}; unknown: up to ${stage.extend} holds, then ${stage.onUnknown}${promote}`;
}

/** Without a holdback the champion is gone in a watch, and what is compared with it cannot be judged. */
function describeWatch({ gates }: TrafficRules, hasHoldback: boolean): string {
	const isJudged = (gate: TrafficRules["gates"][number]) => hasHoldback || gate.bound.kind === "absolute";
	const silent = gates.filter((gate) => !isJudged(gate));
	const judged = describeGates({ gates: gates.filter(isJudged) });
	return silent.length === 0 ? judged : `${judged}; not judged without a holdback: ${describeGates({ gates: silent })}`;
}

function describeGates({ gates }: Pick<TrafficRules | EvaluateStage, "gates">): string {
	if (gates.length === 0) return "no gates";
	return gates.map((gate) => (gate.attribution ? gate.text : `${gate.text} (attribution off)`)).join(", ");
}
