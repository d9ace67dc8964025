import type { Stage } from "../plan/index.ts";
import type { RolloutEvent } from "./events.ts";
import type { RolloutState } from "./state.ts";
import { awaitVerification, isVerificationDue, weightBeforeVerified } from "./verification.ts";

/**
 * The first steps once the package has passed its checks: skip what is not traffic, then warm for the first traffic stage. Without a
 * canary to begin with, every byte is read before anything is loaded.
 */
export function afterValidation(state: RolloutState, after: number): readonly RolloutEvent[] {
	if (isVerificationDue(state) && weightBeforeVerified(state) === 0) return awaitVerification(state, 0, after);
	return advance(state, -1, after);
}

/**
 * The events that lead from the stage at `fromIndex` to the next one that takes time. A first version has no champion to be
 * compared with: its traffic stages are skipped, with the reason. No event: the next step waits for what was said before.
 */
export function advance(state: RolloutState, fromIndex: number, after: number): readonly RolloutEvent[] {
	const events: RolloutEvent[] = [];
	let promoted = state.promoted;
	for (let index = fromIndex + 1; index < state.plan.stages.length; index++) {
		const stage = state.plan.stages[index]!;
		if (stage.kind === "validate") continue;
		const reason = reasonToSkip(state, stage);
		if (reason !== null) {
			events.push({ type: "StageSkipped", after, data: { index, kind: stage.kind, reason } });
			continue;
		}
		if (!state.armsReady) return [...events, { type: "WarmingBegun", after, data: { index } }];
		if (isVerificationDue(state) && weightOf(stage) > weightBeforeVerified(state)) return awaitVerification(state, index, after);
		if (stage.kind === "canary") return [...events, entered(index, stage, stage.weightPercent, after)];
		if (stage.kind === "watch") return [...events, entered(index, stage, 100 - holdback(state), after)];
		if (stage.kind === "switch" && hasPromoteAfter(state, index)) {
			events.push(entered(index, stage, 100, after));
			continue;
		}
		if (!promoted && asksBeforePromotion(state)) return [...events, asked("automation is manual: promote?", after)];
		if (!promoted) events.push(promotion(state, index, after, false));
		promoted = true;
	}
	if (promoted) return [...events, { type: "RolloutCompleted", after, data: { impact: null } }];
	return [...events, asked("the plan ends without promoting: promote or roll back?", after)];
}

/** The event that makes the challenger the champion, at the promote stage `index` (or, in its absence, with no holdback). */
export function promotion(state: RolloutState, index: number, after: number, skippedHolds: boolean): RolloutEvent {
	const stage = state.plan.stages[index];
	const holdbackPercent = stage?.kind === "promote" && state.champion !== null ? stage.holdbackPercent : 0;
	const unproven = state.unproven.filter((gate) => state.verdicts[gate] !== "pass");
	return { type: "Promoted", after, data: { holdbackPercent, unproven, skippedHolds } };
}

function reasonToSkip(state: RolloutState, stage: Stage): string | null {
	switch (stage.kind) {
		case "evaluate":
		case "approve":
			return "not available yet";
		case "canary":
			return state.champion === null ? "first version: there is no champion to compare with" : null;
		case "watch":
			return state.champion === null ? "first version: there is nothing to go back to" : null;
		default:
			return null;
	}
}

function weightOf(stage: Stage): number {
	return stage.kind === "canary" ? stage.weightPercent : 100;
}

function hasPromoteAfter(state: RolloutState, index: number): boolean {
	return state.plan.stages.slice(index + 1).some((stage) => stage.kind === "promote");
}

function asksBeforePromotion(state: RolloutState): boolean {
	return state.automation === "manual" && state.champion !== null;
}

function holdback(state: RolloutState): number {
	const promote = state.plan.stages.find((stage) => stage.kind === "promote");
	return promote?.kind === "promote" ? promote.holdbackPercent : 0;
}

function entered(index: number, stage: Stage, weightPercent: number, after: number): RolloutEvent {
	return { type: "StageEntered", after, data: { index, kind: stage.kind, weightPercent } };
}

function asked(question: string, after: number): RolloutEvent {
	return { type: "RolloutAsked", after, data: { question, gates: [] } };
}
