import { CRASH_GATE } from "../analysis/crash-judge.ts";
import { foreseeFrom } from "../analysis/foresight.ts";
import { foresightSentence } from "../analysis/foresight-sentence.ts";
import { recordOf } from "../analysis/gate-record.ts";
import { rulesOf } from "../analysis/judge-rules.ts";
import type { GateJudgement, Judgement } from "../analysis/judgement.ts";
import { rulesInForce } from "../analysis/rules-in-force.ts";
import { SPLIT_CHECK } from "../analysis/split-check.ts";
import type { Verdict } from "../kernel/index.ts";
import type { CanaryStage, TrafficRules, WatchStage } from "../plan/index.ts";
import { advance } from "./advance.ts";
import { keyOf, nameOf } from "./arm.ts";
import type { RolloutEvent, VerdictRecord } from "./events.ts";
import { evolve } from "./evolve.ts";
import { type RolloutState, stageOf } from "./state.ts";

/** A rollback is confirmed from this many judged seconds of the restored champion, or after the limit it is not. */
const CONFIRM_AFTER_SECONDS = 5;
const CONFIRM_REQUESTS = 20;
const CONFIRM_WITHIN_SECONDS = 900;
const CONFIRM_TOLERANCE = 0.01;

/** ln 5: a fail side above this is not quiet, and a stage with such a gate is never promoted unproven. */
const LOUD = Math.log(5);

/** What a newly judged second changes: verdicts, a rollback, a longer stage, or the next one. */
export function decideSecond(state: RolloutState, judgement: Judgement, after: number): readonly RolloutEvent[] {
	if (state.status === "rolled-back") return confirm(state, judgement, after);
	if (!["running", "asking", "paused"].includes(state.status)) return [];
	const verdicts = Object.fromEntries(judgement.gates.map((gate) => [gate.gate, gate.verdict]));
	const next = { ...state, verdicts: { ...state.verdicts, ...verdicts } };
	const decided = judgement.failing !== null ? onFailing(next, judgement, after) : onTime(next, judgement, after);
	// A decision is recorded with what every gate said; without one only what changed is worth a line.
	const isWorthALine = (gate: GateJudgement) => decided.length > 0 || gate.verdict !== verdictBefore(state, gate);
	return [...judgement.gates.filter(isWorthALine).map((gate) => judged(state, gate, judgement.second, after)), ...decided];
}

/** A backlog is judged in order before any stage moves: of what is long over, only harm is acted upon. */
function onTime(state: RolloutState, judgement: Judgement, after: number): readonly RolloutEvent[] {
	return judgement.behind ? [] : onStage(state, judgement, after);
}

function judged(state: RolloutState, gate: GateJudgement, second: number, after: number): RolloutEvent {
	const { seconds, dispersion, alphaSpent, thresholdNats, lift, ...said } = gate;
	const before = verdictBefore(state, gate);
	if (!keepsRecord(state)) return { type: "GateJudged", after, data: { ...said, before, second } };
	const record: VerdictRecord = {
		judge: state.judge,
		plan: state.planDigest ?? null,
		seconds: seconds ?? 0,
		dispersion: dispersion ?? 1,
		alphaSpent: alphaSpent ?? null,
		thresholdNats: thresholdNats ?? null,
		intervals: recordOf(gate),
		lift: lift ?? null,
	};
	return { type: "GateJudged", after, data: { ...said, before, second, record } };
}

/** Early judges kept counts and evidence only, and said nothing of what a gate could see. */
function keepsRecord({ judge }: RolloutState): boolean {
	return rulesOf(judge).keepsRecord;
}

function verdictBefore(state: RolloutState, { gate }: GateJudgement): Verdict {
	return state.verdicts[gate] ?? "unknown";
}

function onFailing(state: RolloutState, judgement: Judgement, after: number): readonly RolloutEvent[] {
	const { gate, jointly, because, causes } = judgement.failing!;
	const onFail = gate === CRASH_GATE ? "rollback" : (rulesInForce(state.plan, state.stageIndex)?.onFail ?? "rollback");
	if (onFail === "degrade") return [{ type: "RolloutDegraded", after, data: { gate } }];
	if (onFail !== "rollback") {
		return state.status === "asking"
			? []
			: [{ type: "RolloutAsked", after, data: { question: `${gate} fails: ${because} (on_fail: ${onFail})`, gates: [gate] } }];
	}
	return rollBackOrAsk(
		state,
		judgement,
		{ trigger: "gate", gate, jointly, because, ...(causes === undefined ? {} : { causes }) },
		after,
	);
}

interface Why {
	readonly trigger: "gate" | "unknown";
	readonly gate: string | null;
	readonly jointly: boolean;
	readonly because: string;
	readonly causes?: readonly string[];
}

/** A rollback has preconditions: there is a champion, and it can serve. Otherwise a person is asked. */
function rollBackOrAsk(state: RolloutState, judgement: Judgement, why: Why, after: number): readonly RolloutEvent[] {
	if (state.champion === null) return ask(state, `${why.because}, and there is no version to go back to`, after);
	if (!judgement.readyArms.includes(keyOf(state.champion))) {
		return ask(state, `${why.because}, and ${nameOf(state.champion)} is not ready on every gateway`, after);
	}
	return [{ type: "RollbackBegun", after, data: { ...why, restores: state.champion, impact: judgement.impact } }];
}

function ask(state: RolloutState, question: string, after: number): readonly RolloutEvent[] {
	return state.status === "asking" ? [] : [{ type: "RolloutAsked", after, data: { question, gates: [] } }];
}

function onStage(state: RolloutState, judgement: Judgement, after: number): readonly RolloutEvent[] {
	if (state.status !== "running") return [];
	const stage = stageOf(state);
	if (stage.kind === "watch") return onWatch(stage, judgement, after);
	// Resumed at a step that waits for a person: it asks again.
	if (stage.kind !== "canary") return advance(state, state.stageIndex - 1, after);
	const undecided = inForce(stage, judgement).filter((gate) => gate.verdict !== "pass" && !state.degraded.includes(gate.gate));
	const silent = judgement.stageChallengerRequests === 0;
	const spentMs = judgement.stageSeconds * 1_000;
	if (spentMs < stage.holdMs * state.holds) return [];
	if (undecided.length === 0 && !silent) return advance(state, state.stageIndex, after);
	if (undecided.some((gate) => gate.verdict === "error"))
		return ask(state, undecided.map((gate) => gate.because).join("; "), after);
	if (state.holds < stage.extend) {
		const { etaSeconds } = judgement;
		const waitingFor = silent ? ["requests to the challenger"] : undecided.map((gate) => gate.gate);
		return [{ type: "StageExtended", after, data: { index: state.stageIndex, holds: state.holds + 1, waitingFor, etaSeconds } }];
	}
	if (silent) return ask(state, "the challenger answered no request in this stage", after);
	return onUnknown(state, stage, judgement, undecided, after);
}

function onWatch(stage: WatchStage, judgement: Judgement, after: number): readonly RolloutEvent[] {
	if (judgement.stageSeconds * 1_000 < stage.holdMs) return [];
	return [{ type: "RolloutCompleted", after, data: { impact: judgement.impact } }];
}

function onUnknown(
	state: RolloutState,
	stage: CanaryStage,
	judgement: Judgement,
	undecided: readonly GateJudgement[],
	after: number,
): readonly RolloutEvent[] {
	const names = undecided.map((gate) => gate.gate);
	const sights = sightsOf(state, stage, undecided);
	const because = undecided
		.map(({ gate, because }) => [`${gate}: ${because}`, sights[gate] ?? ""].filter((part) => part !== "").join("; "))
		.join(". ");
	if (stage.onUnknown === "rollback") {
		return rollBackOrAsk(
			state,
			judgement,
			{ trigger: "unknown", gate: names[0] ?? null, jointly: false, because: `not decided in time: ${because}` },
			after,
		);
	}
	const loud = undecided.some((gate) => gate.logEFail > LOUD || gate.championAlsoOver);
	if (stage.onUnknown === "ask" || loud || judgement.stageChallengerRequests < stage.minRequests) {
		return [{ type: "RolloutAsked", after, data: { question: `not decided in time: ${because}`, gates: names } }];
	}
	const withSights = !keepsRecord(state) ? {} : { sights };
	const left: RolloutEvent = {
		type: "StageLeftUnproven",
		after,
		data: { index: state.stageIndex, unproven: names, ...withSights },
	};
	const onward = advance(evolve(state, left), state.stageIndex, after);
	// Held, the stage is not left yet.
	return onward.every((event) => event.type === "VerificationAwaited") ? onward : [left, ...onward];
}

/** What each undecided gate could have seen by now and what not. */
function sightsOf(
	state: RolloutState,
	stage: TrafficRules,
	undecided: readonly GateJudgement[],
): Readonly<Record<string, string>> {
	if (!keepsRecord(state)) return {};
	const sentences = undecided.flatMap((judged) => {
		const gate = stage.gates.find(({ text }) => text === judged.gate);
		const seen = gate === undefined ? null : foreseeFrom(gate, judged);
		return seen === null ? [] : [[judged.gate, foresightSentence(seen, judged.seconds ?? 0)] as const];
	});
	return Object.fromEntries(sentences);
}

/**
 * The stage's own gates that it waits for, and the split where it is wrong. The crash gate has no pass side to wait for; one that
 * does not hold the stage is waited for only once it stirs. A gate of which the judge says nothing is no gate that passes.
 */
function inForce(stage: TrafficRules, judgement: Judgement): readonly GateJudgement[] {
	const judgements = new Map(judgement.gates.map((judged) => [judged.gate, judged]));
	const own = stage.gates.flatMap(({ text, holds }) => {
		const judged = judgements.get(text) ?? notJudged(text);
		return holds !== false || judged.verdict === "error" || judged.logEFail > LOUD ? [judged] : [];
	});
	return [...own, ...judgement.gates.filter(({ gate, verdict }) => gate === SPLIT_CHECK && verdict === "error")];
}

function notJudged(gate: string): GateJudgement {
	const nobody = { k: 0, n: 0 };
	const because = `${gate}: the judge says nothing of it`;
	return {
		gate,
		verdict: "error",
		championAlsoOver: false,
		because,
		logEFail: 0,
		logEPass: 0,
		challenger: nobody,
		champion: nobody,
	};
}

function confirm(state: RolloutState, judgement: Judgement, after: number): readonly RolloutEvent[] {
	const { recovery, impact } = judgement;
	if (recovery === null || state.rollback === null || state.rollback.confirmed !== null) return [];
	const { seconds, requests, errorRatioBefore, errorRatioNow, latencyBack } = recovery;
	const seen = seconds >= CONFIRM_AFTER_SECONDS && requests >= CONFIRM_REQUESTS;
	const confirmed = seen && latencyBack && errorRatioNow <= errorRatioBefore + CONFIRM_TOLERANCE;
	if (!confirmed && seconds < CONFIRM_WITHIN_SECONDS) return [];
	return [{ type: "RollbackConfirmed", after, data: { confirmed, seconds, errorRatioBefore, errorRatioNow, impact } }];
}
