import type { ParsedStage } from "./parse-stage.ts";
import type { CanaryStage, Gate } from "./plan.ts";
import type { RefusalList } from "./refusal-list.ts";
import { renderGate } from "./render-gate.ts";
import { LIMITS } from "./stage-table.ts";

/**
 * Refuses plans whose stages cannot follow each other: validate and evaluate stand before traffic, weights rise, a promotion
 * needs a canary or a switch before it and happens once, only a watch follows it, and every plan ends in one.
 */
export function checkOrder(list: RefusalList, stages: readonly ParsedStage[]): void {
	const refuse = (path: string, message: string, hint: string) => list.add("plan.stage-order", message, hint, path);
	const promoteIndex = stages.findIndex(({ stage }) => stage.kind === "promote");
	const seen = new Set<string>();
	let weightPercent = 0;
	for (const [index, { stage, path }] of stages.entries()) {
		const { kind } = stage;
		const promoted = seen.has("promote") || (seen.has("switch") && promoteIndex < index);
		if (ONCE.has(kind) && seen.has(kind)) refuse(path, `${kind} stands twice`, "leave one out");
		if (seen.has("watch")) refuse(path, `${kind} stands after watch`, "a watch is the last stage");
		else if (promoted && kind !== "watch")
			refuse(path, `${kind} stands after the promotion`, "only a watch follows the promotion");
		else if ((kind === "validate" || kind === "evaluate") && (seen.has("canary") || seen.has("switch"))) {
			refuse(path, `${kind} stands after traffic has begun`, `move ${kind} before the first canary or switch`);
		} else if (kind === "canary" && seen.has("switch")) {
			refuse(path, "a canary stands after switch, which already sends all traffic", "leave one of them out");
		} else if (kind === "canary" && stage.weightPercent <= weightPercent) {
			const problem = `weight ${stage.weightPercent}% does not rise above the ${weightPercent}% before it`;
			refuse(`${path}.weight`, problem, "let each canary send more traffic than the one before");
		} else if (kind === "promote" && !seen.has("canary") && !seen.has("switch")) {
			refuse(
				path,
				"nothing is judged on traffic before promote",
				"put a canary before it, or write switch to send all traffic at once",
			);
		} else if (kind === "watch" && !promoted)
			refuse(path, "watch stands before the promotion", "put promote or switch before it");
		if (kind === "canary") weightPercent = stage.weightPercent;
		seen.add(kind);
	}
	if (!seen.has("promote") && !seen.has("switch")) {
		refuse("plan", "the plan never promotes", "end it with promote (after a canary) or with switch");
	}
}

const ONCE = new Set(["validate", "evaluate", "switch", "promote"]);

/**
 * Refuses gates that the rollout cannot judge: no champion to compare with at 100%, one sentence judged by two rules, or more
 * latencies than gateways count. Every gate is judged from the rollout's first second on, so the plan is looked at as a whole.
 */
export function checkJudgeable(list: RefusalList, stages: readonly ParsedStage[]): void {
	const compared = new Set<string>();
	const gates = new Map<string, Gate>();
	for (const { stage, path } of stages) {
		if (stage.kind === "canary") checkCompared(list, stage, path, compared);
		if (stage.kind !== "canary" && stage.kind !== "watch") continue;
		for (const gate of stage.gates) {
			if ((gates.get(gate.text)?.attribution ?? gate.attribution) !== gate.attribution) {
				const problem = `attribution changes for gate "${gate.text}", which an earlier stage has already`;
				list.add("plan.invalid-value", problem, "write attribution once, in the first traffic stage", `${path}.attribution`);
			}
			gates.set(gate.text, gate);
		}
		const watched = watchedLatencies([...gates.values()]);
		if (watched <= LIMITS.watchedLatencies) continue;
		const problem = `the plan's latency gates need ${watched} counted latencies, above ${LIMITS.watchedLatencies}`;
		list.add("plan.too-many-gates", problem, "a gate on a number needs one, a gate against the champion two", `${path}.gates`);
	}
}

function checkCompared(list: RefusalList, stage: CanaryStage, path: string, compared: Set<string>): void {
	for (const gate of stage.gates.filter(({ bound }) => bound.kind === "champion")) {
		if (stage.weightPercent < 100) compared.add(renderGate(gate));
		else if (!compared.has(renderGate(gate))) {
			const problem = `gate "${gate.text}" has no champion to compare with at weight 100%`;
			list.add("plan.gate-not-judgeable", problem, "judge it in a canary below 100% first, or write a number", `${path}.gates`);
		}
	}
}

/** How many latencies gateways count for these gates: each limit once, and for each percentile the champion's own. */
function watchedLatencies(gates: readonly Gate[]): number {
	const watched = new Set<string>();
	for (const { metric, bound } of gates) {
		if (metric.name !== "latency") continue;
		if (bound.kind === "absolute") watched.add(`${bound.value}`);
		else watched.add(`p${metric.percentile}`).add(`p${metric.percentile}*${bound.relative}+${bound.absolute}`);
	}
	return watched.size;
}
