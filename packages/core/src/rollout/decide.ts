import { watchedLatencies } from "../analysis/watched-latencies.ts";
import { accept, type Result, refuse } from "../kernel/index.ts";
import { advance, afterValidation } from "./advance.ts";
import { decideCommand } from "./decide-command.ts";
import { decideSecond } from "./decide-second.ts";
import type { RolloutEvent, RolloutStarted } from "./events.ts";
import { evolve } from "./evolve.ts";
import type { RolloutInput } from "./inputs.ts";
import { isOver, type RolloutState } from "./state.ts";
import { isVerificationDue } from "./verification.ts";

/**
 * The one place where a rollout's next step is chosen. Pure: the same state, input and position give the same events.
 *
 * @param after position of the last evidence judged; stamped on every event so that a replay finds its place.
 * @returns the events that happen (possibly none), or a refusal for a person's command that cannot be followed.
 */
export function decide(state: RolloutState | null, input: RolloutInput, after: number): Result<readonly RolloutEvent[]> {
	if (input.type === "StartRollout") {
		if (state !== null) return refuse("rollout.exists", `rollout ${state.id} has already started`, "start another rollout");
		return accept(startEvents(input.start, after));
	}
	if (state === null) return refuse("rollout.unknown", "there is no such rollout", "list them with `headgate rollout`");
	switch (input.type) {
		case "ReportChecks":
			return accept(onChecks(state, input, after));
		case "ReportVerification":
			return accept(onVerification(state, input, after));
		case "ReportArms":
			return accept(onArms(state, input, after));
		case "ReportThresholds":
			// After the promotion the arm in the champion's role is the challenger: its latency is nobody's reference.
			if (isOver(state) || state.promoted || state.thresholds?.id === input.frozen.thresholds.id) return accept([]);
			return accept([{ type: "ThresholdsFrozen", after, data: input.frozen }]);
		case "ReportBreaker":
			return accept(onBreaker(state, input, after));
		case "ReportRoute":
			return accept(state.status === "rolling-back" ? [{ type: "RolledBack", after, data: input.applied }] : []);
		case "ReportNotice":
			return accept(
				state.noticesDue.some((notice) => notice.id === input.notice)
					? [{ type: "NoticeSent", after, data: { notice: input.notice } }]
					: [],
			);
		case "JudgeSecond":
			return accept(decideSecond(state, input.judgement, after));
		case "RollBack":
		case "Promote":
		case "Pause":
		case "Resume":
		case "Supersede":
			return decideCommand(state, input, after);
		default:
			return unreachable(input);
	}
}

/** Absolute limits are counted from the first request on; limits relative to the champion follow once its latency is known. */
function startEvents(start: RolloutStarted, after: number): readonly RolloutEvent[] {
	const thresholds = { id: `${start.id}/0`, latencyUs: watchedLatencies(start.plan, {}) };
	return [
		{ type: "RolloutStarted", after, data: start },
		{ type: "ThresholdsFrozen", after, data: { thresholds, requests: 0, championUs: {} } },
	];
}

function onChecks(
	state: RolloutState,
	input: Extract<RolloutInput, { type: "ReportChecks" }>,
	after: number,
): readonly RolloutEvent[] {
	if (state.status !== "validating" || state.checkedLevel !== null) return [];
	if (!input.passed) return [refused(after, "the package did not pass its checks", input.problems)];
	const { level, ms, notVerified } = input;
	const passed: RolloutEvent = { type: "ChecksPassed", after, data: { level, ms, notVerified } };
	return [passed, ...afterValidation(evolve(state, passed), after)];
}

/** A package found damaged is taken back at once, whatever its gates say. */
function onVerification(
	state: RolloutState,
	input: Extract<RolloutInput, { type: "ReportVerification" }>,
	after: number,
): readonly RolloutEvent[] {
	if (!isVerificationDue(state) || !["validating", "warming", "running", "asking", "paused"].includes(state.status)) return [];
	const { problem, level, ms, impact } = input;
	if (problem === null) {
		const digest = state.challenger.packageDigest;
		const verified: RolloutEvent = { type: "PackageVerified", after, data: { digest, level, ms } };
		if (state.status !== "validating") return [verified];
		return [verified, ...afterValidation(evolve(state, verified), after)];
	}
	if (state.champion === null || state.status === "validating" || state.status === "warming") {
		return [refused(after, "its bytes are not those that were pushed", [problem])];
	}
	const because = `its bytes are not those that were pushed: ${problem.message}`;
	return [
		{
			type: "RollbackBegun",
			after,
			data: { trigger: "package", gate: null, jointly: false, because, restores: state.champion, impact },
		},
	];
}

function onBreaker(
	state: RolloutState,
	input: Extract<RolloutInput, { type: "ReportBreaker" }>,
	after: number,
): readonly RolloutEvent[] {
	if (state.promoted || state.champion === null || !["running", "asking", "paused"].includes(state.status)) return [];
	const because = `20 answers in a row failed on ${input.gateway}; its crash breaker sent the traffic home`;
	const { impact } = input;
	return [
		{
			type: "RollbackBegun",
			after,
			data: { trigger: "breaker", gate: null, jointly: false, because, restores: state.champion, impact },
		},
	];
}

function onArms(
	state: RolloutState,
	input: Extract<RolloutInput, { type: "ReportArms" }>,
	after: number,
): readonly RolloutEvent[] {
	if (state.status !== "warming") return [];
	if (input.failed !== null) {
		const { gateway, reason } = input.failed;
		return [
			refused(after, `${gateway} could not load it: ${reason}`, [
				{ id: "load", message: reason, hint: "run `headgate check --run` on the package" },
			]),
		];
	}
	return [
		{ type: "ArmsReady", after, data: { gateways: input.gateways } },
		...advance({ ...state, armsReady: true }, state.stageIndex - 1, after),
	];
}

function refused(
	after: number,
	reason: string,
	problems: Extract<RolloutEvent, { type: "RolloutRefused" }>["data"]["problems"],
): RolloutEvent {
	return { type: "RolloutRefused", after, data: { reason, problems } };
}

function unreachable(input: never): never {
	throw new Error(`unknown rollout input ${JSON.stringify(input)}`);
}
