import { accept, type Result, refuse } from "../kernel/index.ts";
import type { Plan } from "../plan/index.ts";
import { advance, promotion } from "./advance.ts";
import { nameOf } from "./arm.ts";
import type { RolloutEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { RolloutInput } from "./inputs.ts";
import { isOver, type RolloutState } from "./state.ts";
import { isVerificationDue } from "./verification.ts";

type Command = Extract<RolloutInput, { type: "RollBack" | "Promote" | "Pause" | "Resume" | "Supersede" }>;

/** What a person may ask of a rollout. Rolling back needs no approval; promoting skips holds, never a gate that fails. */
export function decideCommand(state: RolloutState, command: Command, after: number): Result<readonly RolloutEvent[]> {
	switch (command.type) {
		case "RollBack":
			return rollBack(state, command, after);
		case "Promote":
			return promote(state, after);
		case "Pause":
			if (state.status !== "running" && state.status !== "asking") return wrongTime(state, "paused");
			return accept([{ type: "RolloutPaused", after, data: { reason: command.reason } }]);
		case "Resume":
			if (state.status !== "paused" && state.status !== "asking") return wrongTime(state, "resumed");
			return accept([{ type: "RolloutResumed", after, data: { reason: command.reason } }]);
		case "Supersede":
			if (!isOver(state) && (!state.promoted || state.status === "rolling-back")) return wrongTime(state, "superseded");
			return accept(isOver(state) ? [] : [{ type: "RolloutSuperseded", after, data: { by: command.by } }]);
		default:
			return unreachable(command);
	}
}

function rollBack(
	state: RolloutState,
	command: Extract<Command, { type: "RollBack" }>,
	after: number,
): Result<readonly RolloutEvent[]> {
	if (state.rollback !== null) {
		return refuse(
			"rollback.already",
			`rollout ${state.id} has already been rolled back to ${nameOf(state.rollback.restores)}`,
			"deploy another version; a rollout is rolled back once",
		);
	}
	if (state.status === "refused" || (state.status === "superseded" && !state.promoted)) return wrongTime(state, "rolled back");
	if (state.champion === null && !state.promoted) return accept([calledOff(command, after)]);
	if (state.champion === null) {
		return refuse(
			"rollback.no-target",
			`${nameOf(state.challenger)} is the first version of ${state.endpoint}`,
			"there is nothing to go back to; deploy a better version",
		);
	}
	const because = command.reason === "" ? "asked by a person" : `asked by a person: ${command.reason}`;
	const { impact } = command;
	return accept([
		{
			type: "RollbackBegun",
			after,
			data: { trigger: "person", gate: null, jointly: false, because, restores: state.champion, impact },
		},
	]);
}

/** A first version that nobody has been answered by yet: there is nothing to go back to, and nothing to keep. */
function calledOff(command: Extract<Command, { type: "RollBack" }>, after: number): RolloutEvent {
	const reason = command.reason === "" ? "called off by a person" : `called off by a person: ${command.reason}`;
	return { type: "RolloutRefused", after, data: { reason, problems: [] } };
}

function promote(state: RolloutState, after: number): Result<readonly RolloutEvent[]> {
	if (state.promoted)
		return refuse(
			"rollout.promoted",
			`${nameOf(state.challenger)} is already the champion of ${state.endpoint}`,
			"nothing is left to promote",
		);
	if (!["running", "asking", "paused"].includes(state.status) || !state.armsReady) return wrongTime(state, "promoted");
	const failing = Object.entries(state.verdicts).find(([gate, verdict]) => verdict === "fail" && !state.degraded.includes(gate));
	if (failing !== undefined) {
		return refuse(
			"rollout.gate-fails",
			`the gate "${failing[0]}" fails`,
			"holds can be skipped, a failing gate cannot; roll back, or deploy a better version",
		);
	}
	if (isVerificationDue(state)) {
		return refuse(
			"rollout.not-verified",
			`${nameOf(state.challenger)} was read as a sample only (${state.checkedLevel}); every byte of it is being read now`,
			"promote again once `headgate status` says that it is verified; it takes about a second for a gigabyte",
		);
	}
	const gates = state.plan.stages.flatMap((stage) => (stage.kind === "canary" ? stage.gates : []));
	const unproven = gates
		.map((gate) => gate.text)
		.filter((text) => state.verdicts[text] !== "pass" && !state.degraded.includes(text));
	const index = promotingIndex(state.plan);
	const event = promotion({ ...state, unproven: [...new Set([...state.unproven, ...unproven])] }, index, after, true);
	const next = evolve(state, event);
	return accept([event, ...advance(next, index, after)]);
}

/** The stage whose end is the promotion: promote, or the switch of a plan without one. */
function promotingIndex(plan: Plan): number {
	const index = plan.stages.findIndex((stage) => stage.kind === "promote");
	return index === -1 ? plan.stages.findIndex((stage) => stage.kind === "switch") : index;
}

function wrongTime(state: RolloutState, done: string): Result<never> {
	return refuse(
		"rollout.wrong-time",
		`rollout ${state.id} is ${state.status} and cannot be ${done} now`,
		"look at it with `headgate status`",
	);
}

function unreachable(command: never): never {
	throw new Error(`unknown command ${JSON.stringify(command)}`);
}
