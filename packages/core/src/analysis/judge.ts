import type { Plan } from "../plan/index.ts";
import { assessBudget, crashGate, type GateEvidence } from "../statistics/index.ts";
import { ChampionDisturbance } from "./champion-disturbed.ts";
import type { Placed, SecondClosed } from "./evidence.ts";
import { GateJudge } from "./gate-judge.ts";
import type { GateJudgement, Judgement } from "./judgement.ts";
import type { MergedWindow } from "./merge.ts";
import { Recovery } from "./recovery.ts";
import { type ChampionLatencies, trafficGates } from "./watched-latencies.ts";
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
	/** Promoted without a holdback: the old champion has no traffic. */
	readonly championGone: boolean;
	readonly rolledBack: boolean;
	readonly thresholds: Thresholds | null;
	readonly championUs: ChampionLatencies;
}

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
	readonly #latencyById = new Map<string, readonly number[]>();
	readonly #errors = { challenger: { k: 0, n: 0 }, champion: { k: 0, n: 0 } };
	#stage: JudgedStage = { index: 0, promoted: false, championGone: false, rolledBack: false, thresholds: null, championUs: {} };
	#stageSeconds = 0;
	#stageRequests = 0;
	#impact = { challengerRequests: 0, challengerFailed: 0 };

	/** @param off system gates turned off by the endpoint's policy. */
	constructor(plan: Plan, off: readonly string[]) {
		this.#gates = trafficGates(plan).map((gate) => new GateJudge(gate));
		this.#crashOn = !off.includes(CRASH_GATE);
	}

	get impact(): Judgement["impact"] {
		return this.#impact;
	}

	tell(stage: JudgedStage): void {
		if (stage.index !== this.#stage.index || stage.promoted !== this.#stage.promoted) this.restartHold();
		if (stage.thresholds !== null) this.#latencyById.set(stage.thresholds.id, stage.thresholds.latencyUs);
		this.#stage = stage;
	}

	/** A new stage, or a person's resume: its hold begins again. */
	restartHold(): void {
		this.#stageSeconds = 0;
		this.#stageRequests = 0;
	}

	second(closed: Placed<SecondClosed>, windows: readonly MergedWindow[]): Judgement {
		for (const window of windows) this.#take(window);
		const { championUs, championGone } = this.#stage;
		const disturbed = this.#isDisturbed();
		if (!disturbed && windows.some((window) => window.classes.errors !== undefined)) this.#stageSeconds++;
		const evidence: GateEvidence[] = this.#gates.map((gate) => ({ gate: gate.gate.text, class: gate.class, logE: this.#masked(gate, disturbed) }));
		if (this.#crashOn) evidence.push({ gate: CRASH_GATE, class: "crash", logE: this.#crash.logE() });
		const budget = assessBudget(evidence);
		const failing = budget.crossed ? (budget.largest?.gate ?? null) : null;
		const circumstances = { championGone, championDisturbed: disturbed, jointly: budget.jointly };
		const gates = this.#gates.map((gate) => gate.judge({ ...circumstances, failing: gate.gate.text === failing }, championUs));
		if (this.#crashOn) gates.push(this.#judgeCrash(failing === CRASH_GATE));
		const because = gates.find((gate) => gate.gate === failing)?.because ?? "";
		const etas = this.#gates.map((gate) => gate.etaSeconds()).filter((eta) => eta !== null);
		return {
			second: closed.second,
			position: closed.position,
			gates,
			failing: failing === null ? null : { gate: failing, jointly: budget.jointly, because },
			stageSeconds: this.#stageSeconds,
			stageChallengerRequests: this.#stageRequests,
			impact: this.#impact,
			championDisturbed: disturbed,
			readyArms: closed.readyArms,
			recovery: this.#stage.rolledBack ? this.#recovery.report(this.#errors.champion) : null,
			etaSeconds: etas.length === 0 ? null : Math.max(...etas),
		};
	}

	#take(window: MergedWindow): void {
		const latencyUs = this.#latencyById.get(window.thresholds);
		const { challenger, champion } = window.all;
		this.#impact = {
			challengerRequests: this.#impact.challengerRequests + challenger.n,
			challengerFailed: this.#impact.challengerFailed + challenger.failed,
		};
		if (this.#stage.rolledBack) {
			const [, quantile] = this.#firstQuantile();
			if (!window.challengerRouted) this.#recovery.update(champion, latencyUs, quantile);
			return;
		}
		if (window.classes.errors !== undefined) this.#stageRequests += window.classes.errors.challenger.n;
		for (const gate of this.#gates) gate.update(window, latencyUs, this.#stage.championUs);
		const [, quantile] = this.#firstQuantile();
		this.#disturbance.update(window, latencyUs, quantile);
		this.#takeCrash(window);
	}

	#takeCrash(window: MergedWindow): void {
		const pair = window.classes.crash;
		if (pair === undefined) return;
		const { challenger, champion } = pair;
		const before = this.#errors.champion;
		add(this.#errors.challenger, challenger.failed, challenger.n);
		add(this.#errors.champion, champion.failed, champion.n);
		if (!this.#stage.championGone) {
			this.#crash.update(challenger.failed, challenger.n, champion.failed, champion.n);
			return;
		}
		// Without champion traffic the challenger is held against a champion of equal size at its rate before the promotion. Still valid:
		// ln v <= v - 1, so a fixed k0 = n0 p0 never gives more evidence than a random one with that mean.
		const rate = before.n === 0 ? 0 : before.k / before.n;
		this.#crash.update(challenger.failed, challenger.n, Math.round(rate * challenger.n), challenger.n);
	}

	/** Relative gates have no say while the champion itself is slower than before. */
	#masked(gate: GateJudge, disturbed: boolean): number {
		const relative = gate.gate.bound.kind === "champion";
		if (relative && (disturbed || this.#stage.championGone)) return 0;
		return gate.logEFail(this.#stage.championGone);
	}

	#isDisturbed(): boolean {
		const [percentile] = this.#firstQuantile();
		return !this.#stage.championGone && percentile !== undefined && this.#disturbance.isDisturbed(percentile);
	}

	#firstQuantile(): [percentile: number | undefined, us: number | undefined] {
		const [first] = Object.entries(this.#stage.championUs);
		return first === undefined ? [undefined, undefined] : [Number(first[0]), first[1]];
	}

	#judgeCrash(failing: boolean): GateJudgement {
		const { challenger, champion } = this.#errors;
		const why = failing ? "fails more than 10pp more often than the champion" : "no crash";
		const because = `${why}: challenger ${challenger.k} of ${challenger.n} failed, champion ${champion.k} of ${champion.n}`;
		return {
			gate: CRASH_GATE,
			verdict: failing ? "fail" : "pass",
			because,
			logEFail: this.#crash.logE(),
			logEPass: 0,
			challenger: { ...challenger },
			champion: { ...champion },
		};
	}
}

function add(share: { k: number; n: number }, k: number, n: number): void {
	share.k += k;
	share.n += n;
}
