import { nameOf } from "./arm.ts";
import type { RolloutEvent } from "./events.ts";
import type { Notice, RolloutState } from "./state.ts";

/** State after the event. Pure; an event that does not belong to the state is a bug and throws. */
export function evolve(state: RolloutState | null, event: RolloutEvent): RolloutState {
	if (state === null) {
		if (event.type !== "RolloutStarted") throw new Error(`a rollout's first event is RolloutStarted, got ${event.type}`);
		return begin(event);
	}
	return { ...change(state, event), lastAfter: event.after };
}

export function fold(events: readonly RolloutEvent[]): RolloutState | null {
	return events.reduce<RolloutState | null>(evolve, null);
}

function begin(event: Extract<RolloutEvent, { type: "RolloutStarted" }>): RolloutState {
	return {
		...event.data,
		status: "validating",
		stageIndex: 0,
		weightPercent: 0,
		armsReady: false,
		checkedLevel: null,
		verified: false,
		heldBy: null,
		promoted: false,
		holdbackPercent: 0,
		thresholds: null,
		championUs: {},
		verdicts: {},
		holds: 1,
		unproven: [],
		sights: {},
		degraded: [],
		question: null,
		rollback: null,
		noticesDue: [],
		lastAfter: event.after,
	};
}

function change(state: RolloutState, event: RolloutEvent): RolloutState {
	switch (event.type) {
		case "RolloutStarted":
			throw new Error(`rollout ${state.id} has already started`);
		case "ChecksPassed":
			return { ...state, checkedLevel: event.data.level, verified: event.data.level === "L4" };
		case "VerificationAwaited":
			return { ...state, heldBy: event.data.reason };
		case "PackageVerified":
			return { ...state, verified: true, heldBy: null };
		case "RolloutRefused":
			return {
				...state,
				status: "refused",
				weightPercent: 0,
				noticesDue: due(state, "refused", `refused: ${event.data.reason}`),
			};
		case "WarmingBegun":
			return { ...state, status: "warming", stageIndex: event.data.index };
		case "ArmsReady":
			return { ...state, armsReady: true };
		case "ThresholdsFrozen":
			return { ...state, thresholds: event.data.thresholds, championUs: event.data.championUs };
		case "StageEntered":
			return {
				...state,
				status: "running",
				stageIndex: event.data.index,
				weightPercent: event.data.weightPercent,
				holds: 1,
				question: null,
			};
		case "StageSkipped":
			return state;
		case "StageExtended":
			return { ...state, holds: event.data.holds };
		case "StageLeftUnproven":
			return {
				...state,
				unproven: [...new Set([...state.unproven, ...event.data.unproven])],
				sights: { ...state.sights, ...event.data.sights },
			};
		case "GateJudged":
			return { ...state, verdicts: { ...state.verdicts, [event.data.gate]: event.data.verdict } };
		case "RolloutDegraded":
			return {
				...state,
				degraded: [...state.degraded, event.data.gate],
				noticesDue: due(state, `degraded/${event.data.gate}`, `degraded: ${event.data.gate}`),
			};
		case "RolloutAsked":
			return {
				...state,
				status: "asking",
				question: event.data.question,
				noticesDue: due(state, `asked/${event.after}`, `needs a person: ${event.data.question}`),
			};
		case "RolloutPaused":
			return { ...state, status: "paused" };
		case "RolloutResumed":
			return { ...state, status: "running", question: null, holds: 1 };
		case "Promoted":
			return {
				...state,
				status: "running",
				promoted: true,
				weightPercent: 100 - event.data.holdbackPercent,
				holdbackPercent: event.data.holdbackPercent,
				unproven: event.data.unproven,
				question: null,
				noticesDue: due(
					state,
					"promoted",
					event.data.unproven.length > 0
						? `promoted unproven: ${event.data.unproven.map((gate) => withSight(gate, state.sights[gate])).join(", ")}`
						: "promoted",
				),
			};
		case "RollbackBegun":
			return {
				...state,
				status: "rolling-back",
				weightPercent: 0,
				question: null,
				rollback: { ...event.data, applied: null, confirmed: null },
				noticesDue: due(state, "rollback", `rolling back to ${nameOf(event.data.restores)}: ${event.data.because}`),
			};
		case "RolledBack":
			return { ...state, status: "rolled-back", rollback: state.rollback && { ...state.rollback, applied: event.data } };
		case "RollbackConfirmed":
			return { ...state, rollback: state.rollback && { ...state.rollback, confirmed: event.data } };
		case "RolloutSuperseded":
			return { ...state, status: "superseded", question: null };
		case "RolloutCompleted":
			return { ...state, status: "completed" };
		case "NoticeSent":
			return { ...state, noticesDue: state.noticesDue.filter((notice) => notice.id !== event.data.notice) };
		default:
			return unreachable(event);
	}
}

function withSight(gate: string, sight: string | undefined): string {
	return sight === undefined || sight === "" ? gate : `${gate} (${sight})`;
}

function due(state: RolloutState, what: string, text: string): readonly Notice[] {
	const id = `${state.id}/${what}`;
	return [...state.noticesDue, { id, text: `${state.endpoint}: ${nameOf(state.challenger)} ${text}` }];
}

function unreachable(event: never): never {
	throw new Error(`unknown rollout event ${JSON.stringify(event)}`);
}
