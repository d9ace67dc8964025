import type { Plan } from "../plan/index.ts";
import { assessBudget, type BudgetAssessment, crashGate, type GateEvidence } from "../statistics/index.ts";
import { ChampionDisturbance } from "./champion-disturbed.ts";
import { ChampionStandIn } from "./champion-stand-in.ts";
import type { Placed, SecondClosed } from "./evidence.ts";
import { GateJudge } from "./gate-judge.ts";
import type { GateJudgement, Judgement } from "./judgement.ts";
import type { MergedWindow } from "./merge.ts";
import { Recovery } from "./recovery.ts";
import { rulesInForce } from "./rules-in-force.ts";
import { type ChampionLatencies, ownPast, trafficGates } from "./watched-latencies.ts";
import type { Thresholds } from "./window.ts";

/** Version of this arithmetic; written into every rollout, so that an old one is replayed by the judge that judged it. */
export const JUDGE_VERSION = 1;

/** Name of the gate that is always on: a challenger failing 10pp more than the champion is removed within seconds. */
export const CRASH_GATE = "crash";

/** What of a rollout's state the judge has to know; told with `tell` whenever it changes. */
export interface JudgedStage {
	readonly index: number;
	/** The challenger answers as the champion now. */
	readonly promoted: boolean;
	/** The challenger has all the traffic. */
	readonly championGone: boolean;
	readonly rolledBack: boolean;
	/** Gates that failed while the plan goes on: they stay failed and have no say any more. */
	readonly degraded: readonly string[];
	readonly thresholds: Thresholds | null;
	readonly championUs: ChampionLatencies;
}

const BEFORE: JudgedStage = {
	index: 0,
	promoted: false,
	championGone: false,
	rolledBack: false,
	degraded: [],
	thresholds: null,
	championUs: {},
};

/**
 * Turns closed seconds into verdicts. One e-process per gate and side runs from the rollout's first second to its last, over all
 * stages; nothing is ever reset, so looking every second costs nothing (statistics.md 0, 1.5, 1.8).
 */
export class Judge {
	readonly #gates: readonly GateJudge[];
	readonly #crash = crashGate();
	readonly #crashOn: boolean;
	readonly #disturbance = new ChampionDisturbance();
	readonly #recovery = new Recovery();
	/** What each set of thresholds counted, and against which champion latencies. */
	readonly #watchedById = new Map<string, { readonly latencyUs: readonly number[]; readonly championUs: ChampionLatencies }>();
	readonly #errors = { challenger: { k: 0, n: 0 }, champion: { k: 0, n: 0 } };
	readonly #plan: Plan;
	readonly #standIn = new ChampionStandIn();
	#stage: JudgedStage = BEFORE;
	#stageSeconds = 0;
	#stageRequests = 0;
	#impact = { challengerRequests: 0, challengerFailed: 0 };

	/** @param off system gates turned off by the endpoint's policy. */
	constructor(plan: Plan, off: readonly string[]) {
		this.#plan = plan;
		this.#gates = trafficGates(plan).map((gate) => new GateJudge(gate));
		this.#crashOn = !off.includes(CRASH_GATE);
	}

	get impact(): Judgement["impact"] {
		return this.#impact;
	}

	tell(stage: JudgedStage): void {
		if (stage.index !== this.#stage.index || stage.promoted !== this.#stage.promoted) this.restartHold();
		const { thresholds, championUs } = stage;
		if (thresholds !== null) this.#watchedById.set(thresholds.id, { latencyUs: thresholds.latencyUs, championUs });
		this.#stage = stage;
	}

	/** A new stage, or a person's resume: its hold begins again. */
	restartHold(): void {
		this.#stageSeconds = 0;
		this.#stageRequests = 0;
	}

	second(closed: Placed<SecondClosed>, windows: readonly MergedWindow[]): Judgement {
		for (const window of windows) this.#take(window);
		const { championUs, championGone, degraded } = this.#stage;
		const disturbed = this.#isDisturbed();
		if (!disturbed && !closed.behind && windows.some((window) => this.#isJudged(window))) this.#stageSeconds++;
		const budget = assessBudget(this.#evidence(disturbed));
		const failing = budget.crossed ? causeOf(budget) : null;
		const circumstances = { championGone, championDisturbed: disturbed, jointly: budget.jointly };
		const gates = this.#gates.map((gate) => {
			const { text } = gate.gate;
			return gate.judge({ ...circumstances, failing: text === failing, degraded: degraded.includes(text) }, championUs);
		});
		if (this.#crashOn) gates.push(this.#judgeCrash(failing === CRASH_GATE));
		const because = gates.find((gate) => gate.gate === failing)?.because ?? "";
		return {
			second: closed.second,
			position: closed.position,
			gates,
			failing: failing === null ? null : { gate: failing, jointly: budget.jointly, because },
			stageSeconds: this.#stageSeconds,
			stageChallengerRequests: this.#stageRequests,
			impact: this.#impact,
			championDisturbed: disturbed,
			behind: closed.behind,
			readyArms: closed.readyArms,
			recovery: this.#stage.rolledBack
				? this.#recovery.report(this.#errors.champion, ownPast(this.#plan, championUs)?.percentile)
				: null,
			etaSeconds: this.#etaSeconds(),
		};
	}

	#take(window: MergedWindow): void {
		const watched = this.#watchedById.get(window.thresholds);
		const limitUs = ownPast(this.#plan, watched?.championUs ?? {})?.limitUs;
		const { challenger, champion } = window.all;
		this.#impact = {
			challengerRequests: this.#impact.challengerRequests + challenger.n,
			challengerFailed: this.#impact.challengerFailed + challenger.failed,
		};
		if (this.#stage.rolledBack) {
			if (!window.challengerRouted) this.#recovery.update(champion, watched?.latencyUs, limitUs);
			return;
		}
		if (window.classes.errors !== undefined) this.#stageRequests += window.classes.errors.challenger.n;
		const { championGone } = this.#stage;
		for (const gate of this.#gates) gate.update(window, watched?.latencyUs, watched?.championUs ?? {}, championGone);
		this.#disturbance.update(window, watched?.latencyUs, limitUs);
		this.#takeCrash(window);
	}

	#takeCrash(window: MergedWindow): void {
		const pair = window.classes.crash;
		if (pair === undefined) return;
		const { challenger, champion } = pair;
		add(this.#errors.challenger, challenger.failed, challenger.n);
		add(this.#errors.champion, champion.failed, champion.n);
		const alone = this.#stage.championGone && champion.n === 0;
		if (!alone) this.#crash.update(challenger.failed, challenger.n, champion.failed, champion.n);
		else {
			const k0 = this.#standIn.take(this.#errors.champion, challenger.n) ?? 0;
			this.#crash.update(challenger.failed, challenger.n, k0, challenger.n);
		}
	}

	/** Before the promotion a second in which nobody asked anything is silence, not evidence; a watch only waits for time to pass. */
	#isJudged(window: MergedWindow): boolean {
		const pair = window.classes.errors;
		return pair !== undefined && (this.#stage.promoted || pair.challenger.n + pair.champion.n > 0);
	}

	#evidence(disturbed: boolean): readonly GateEvidence[] {
		const inForce = this.#inForce();
		const evidence: GateEvidence[] = this.#gates.map((gate) => {
			const hasSay = inForce.has(gate.gate.text) && this.#hasSay(gate, disturbed);
			// Weights are shared by all gates of the plan, so a gate without a say only leaves its part unspent.
			const logE = hasSay ? gate.logEFail(this.#stage.championGone) : Number.NEGATIVE_INFINITY;
			return { gate: gate.gate.text, class: gate.class, logE };
		});
		if (this.#crashOn) evidence.push({ gate: CRASH_GATE, class: "crash", logE: this.#crash.logE() });
		return evidence;
	}

	/** Gates of the stage, by their text. */
	#inForce(): ReadonlySet<string> {
		return new Set(rulesInForce(this.#plan, this.#stage.index)?.gates.map((gate) => gate.text));
	}

	/** Of the slowest gate in force; one whose time cannot be said leaves nothing to say. */
	#etaSeconds(): number | null {
		const inForce = this.#inForce();
		let slowest = 0;
		for (const gate of this.#gates) {
			if (!inForce.has(gate.gate.text) || this.#stage.degraded.includes(gate.gate.text)) continue;
			const eta = gate.etaSeconds();
			if (eta === null) return null;
			slowest = Math.max(slowest, eta);
		}
		return slowest === 0 ? null : slowest;
	}

	/** Relative gates have none while the champion itself is slower than before or gone; a degraded gate has spoken. */
	#hasSay(gate: GateJudge, disturbed: boolean): boolean {
		const relative = gate.gate.bound.kind === "champion";
		return !(relative && (disturbed || this.#stage.championGone)) && !this.#stage.degraded.includes(gate.gate.text);
	}

	#isDisturbed(): boolean {
		const past = ownPast(this.#plan, this.#stage.championUs);
		return !this.#stage.championGone && past !== null && this.#disturbance.isDisturbed(past.percentile);
	}

	#judgeCrash(failing: boolean): GateJudgement {
		const { challenger, champion } = this.#errors;
		const seen = challenger.n > 0;
		const why = failing ? "fails more than 10pp more often than the champion" : seen ? "no crash" : "nothing judged yet";
		const because = `${why}: challenger ${challenger.k} of ${challenger.n} failed, champion ${champion.k} of ${champion.n}`;
		return {
			gate: CRASH_GATE,
			championAlsoOver: false,
			verdict: failing ? "fail" : seen ? "pass" : "unknown",
			because,
			logEFail: this.#crash.logE(),
			logEPass: 0,
			challenger: { ...challenger },
			champion: { ...champion },
		};
	}
}

/** The gate named as the cause: a crash before anything else, because nothing in a plan may hide or soften it. */
function causeOf(budget: BudgetAssessment): string | null {
	const crash = budget.shares.find((share) => share.gate === CRASH_GATE);
	return crash?.crossedAlone === true ? CRASH_GATE : (budget.largest?.gate ?? null);
}

function add(share: { k: number; n: number }, k: number, n: number): void {
	share.k += k;
	share.n += n;
}
