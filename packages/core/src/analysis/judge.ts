import type { Plan } from "../plan/index.ts";
import { ALPHA_FAIL, assessBudget, type GateEvidence, type GateShare } from "../statistics/index.ts";
import { causeOf, causesOf } from "./causes.ts";
import { ChampionDisturbance } from "./champion-disturbed.ts";
import { CRASH_GATE, CrashJudge } from "./crash-judge.ts";
import type { Placed, SecondClosed } from "./evidence.ts";
import { GateJudge } from "./gate-judge.ts";
import { JUDGE_VERSION, type JudgeRules, rulesOf } from "./judge-rules.ts";
import { FIRST_STAGE, type JudgedStage } from "./judged-stage.ts";
import type { BudgetShare, Judgement } from "./judgement.ts";
import type { MergedWindow } from "./merged-window.ts";
import { OutcomeLedger } from "./outcome-ledger.ts";
import type { OutcomesReceived } from "./outcomes.ts";
import { Recovery } from "./recovery.ts";
import { rulesInForce } from "./rules-in-force.ts";
import { SPLIT_CHECK, SplitCheck } from "./split-check.ts";
import { type ChampionLatencies, ownPast, trafficGates } from "./watched-latencies.ts";

export interface JudgeOptions {
	/** Whose arithmetic: that of the release which began the rollout. Default: this one's. */
	readonly version?: number;
	/** Keys of the two arms; without them outcomes belong to nobody. */
	readonly arms?: { readonly challenger: string; readonly champion: string | null };
	/** Probability that a sound challenger is rolled back, at most; in (0, 1). Default ALPHA_FAIL; another one only to show what it does. */
	readonly alpha?: number;
}

/** What a set of thresholds counted, against which champion latencies, and what the champion is held to itself. */
interface Watched {
	readonly latencyUs: readonly number[];
	readonly championUs: ChampionLatencies;
	readonly limitUs: number | undefined;
}

/**
 * Turns closed seconds into verdicts. One e-process per gate and side runs from the rollout's first second to its last, over all
 * stages; nothing is ever reset, so looking every second costs nothing (statistics.md 0, 1.5, 1.8).
 */
export class Judge {
	readonly #rules: JudgeRules;
	readonly #alpha: number;
	readonly #gates: readonly GateJudge[];
	readonly #crash: CrashJudge | null;
	readonly #split: SplitCheck | null;
	readonly #ledger: OutcomeLedger;
	/** Some gate is a mean over all requests. */
	readonly #countsRequests: boolean;
	readonly #disturbance = new ChampionDisturbance();
	readonly #recovery = new Recovery();
	readonly #watchedById = new Map<string, Watched>();
	readonly #plan: Plan;
	/** Counts the champion's errors also where the crash gate is off. */
	readonly #errors: CrashJudge;
	#stage: JudgedStage = FIRST_STAGE;
	/** Of the stage told last: the texts of its gates, and the percentile that the champion is held to against its own past. */
	#inForce: ReadonlySet<string>;
	#ownPercentile: number | null = null;
	#stageChanged = true;
	#stageSeconds = 0;
	#stageRequests = 0;
	#impact = { challengerRequests: 0, challengerFailed: 0 };

	/** @param off system gates turned off by the endpoint's policy (`crash`, `split`). */
	constructor(plan: Plan, off: readonly string[], options: JudgeOptions = {}) {
		const { version = JUDGE_VERSION, arms = { challenger: "", champion: null }, alpha = ALPHA_FAIL } = options;
		this.#plan = plan;
		this.#rules = rulesOf(version);
		this.#alpha = alpha;
		this.#ledger = new OutcomeLedger(arms.challenger, arms.champion);
		this.#gates = trafficGates(plan).map((gate) => new GateJudge(gate, this.#rules, this.#ledger));
		this.#countsRequests = this.#gates.some(({ gate }) => gate.metric.name === "business");
		this.#inForce = new Set(rulesInForce(plan, FIRST_STAGE.index)?.gates.map((gate) => gate.text));
		this.#errors = new CrashJudge(this.#rules);
		this.#crash = off.includes(CRASH_GATE) ? null : this.#errors;
		this.#split = this.#rules.checksSplit && !off.includes(SPLIT_CHECK) ? new SplitCheck() : null;
	}

	get impact(): Judgement["impact"] {
		return this.#impact;
	}

	tell(stage: JudgedStage): void {
		const { index, promoted } = this.#stage;
		if (stage.index !== index || stage.promoted !== promoted) {
			this.restartHold();
			this.#stageChanged = true;
		}
		const { thresholds, championUs } = stage;
		const own = ownPast(this.#plan, championUs);
		if (thresholds !== null) {
			this.#watchedById.set(thresholds.id, { latencyUs: thresholds.latencyUs, championUs, limitUs: own?.limitUs });
		}
		this.#stage = stage;
		this.#inForce = new Set(rulesInForce(this.#plan, stage.index)?.gates.map((gate) => gate.text));
		this.#ownPercentile = own?.percentile ?? null;
	}

	/** A new stage, or a person's resume: its hold begins again. */
	restartHold(): void {
		this.#stageSeconds = 0;
		this.#stageRequests = 0;
	}

	/** Outcomes that came in; they count with the next second that is judged. */
	outcomes(received: OutcomesReceived): void {
		this.#ledger.take(received);
	}

	second(closed: Placed<SecondClosed>, windows: readonly MergedWindow[]): Judgement {
		if (this.#stageChanged) this.#ledger.begin(closed.second, holdMsOf(this.#plan, this.#stage.index));
		this.#stageChanged = false;
		this.#ledger.judge(closed.second);
		for (const window of windows) this.#take(window);
		for (const gate of this.#gates) gate.takeOutcomes();
		const disturbed = this.#isDisturbed();
		if (!disturbed && !closed.behind && windows.some((window) => this.#isJudged(window))) this.#stageSeconds++;
		const { gates, failing } = this.#assess(disturbed);
		const { rolledBack } = this.#stage;
		return {
			second: closed.second,
			position: closed.position,
			gates,
			failing,
			stageSeconds: this.#stageSeconds,
			stageChallengerRequests: this.#stageRequests,
			impact: this.#impact,
			championDisturbed: disturbed,
			behind: closed.behind,
			readyArms: closed.readyArms,
			recovery: rolledBack ? this.#recovery.report(this.#errors.champion, this.#ownPercentile ?? undefined) : null,
			etaSeconds: this.#etaSeconds(),
		};
	}

	#take(window: MergedWindow): void {
		const watched = this.#watchedById.get(window.thresholds);
		const limitUs = watched?.limitUs;
		const { challenger, champion } = window.all;
		this.#impact = {
			challengerRequests: this.#impact.challengerRequests + challenger.n,
			challengerFailed: this.#impact.challengerFailed + challenger.failed,
		};
		const { championGone, rolledBack } = this.#stage;
		if (rolledBack) {
			if (!window.challengerRouted) this.#recovery.update(champion, watched?.latencyUs, limitUs);
			return;
		}
		if (window.classes.errors?.warm === true) this.#stageRequests += window.classes.errors.challenger.n;
		for (const gate of this.#gates) gate.update(window, watched?.latencyUs, watched?.championUs ?? {}, championGone);
		this.#disturbance.update(window, watched?.latencyUs, limitUs);
		this.#errors.take(window, championGone);
		if (window.users !== null && this.#countsRequests)
			this.#ledger.countRequests(window.second, window.users.challenger, window.users.champion);
		const { lottery } = window;
		if (lottery !== null) this.#split?.update(lottery.split, lottery.challenger, lottery.champion);
	}

	/** Before the promotion a second in which nobody asked anything is silence, not evidence; a watch only waits for time to pass. */
	#isJudged(window: MergedWindow): boolean {
		const pair = window.classes.errors;
		return pair?.warm === true && (this.#stage.promoted || pair.challenger.n + pair.champion.n > 0);
	}

	#assess(disturbed: boolean): Pick<Judgement, "gates" | "failing"> {
		const { championUs, championGone, degraded } = this.#stage;
		const evidence = this.#evidence(disturbed);
		const budget = assessBudget(evidence, this.#alpha);
		const cause = causeOf(budget);
		const circumstances = { championGone, championDisturbed: disturbed, jointly: budget.jointly };
		// Shares come in the order of the evidence: the gates, then the crash gate.
		const shareAt = (index: number) => (this.#rules.keepsRecord ? spent(budget.shares[index]!, this.#alpha) : undefined);
		const gates = this.#gates.map((gate, index) => {
			const { text } = gate.gate;
			const told = { ...circumstances, failing: text === cause, degraded: degraded.includes(text), share: shareAt(index) };
			return gate.judge(told, championUs);
		});
		if (this.#crash !== null) gates.push(this.#crash.judge(cause === CRASH_GATE, shareAt(gates.length)));
		if (this.#split !== null) gates.push(this.#split.judge());
		if (cause === null) return { gates, failing: null };
		const because = gates.find((gate) => gate.gate === cause)?.because ?? "";
		const causes = this.#rules.namesCauses ? { causes: causesOf(cause, evidence, this.#alpha) } : {};
		return { gates, failing: { gate: cause, jointly: budget.jointly, because, ...causes } };
	}

	#evidence(disturbed: boolean): readonly GateEvidence[] {
		const inForce = this.#inForce;
		const evidence: GateEvidence[] = this.#gates.map((gate) => {
			const hasSay = inForce.has(gate.gate.text) && this.#hasSay(gate, disturbed);
			// Weights are shared by all gates of the plan, so a gate without a say only leaves its part unspent.
			const logE = hasSay ? gate.logEFail(this.#stage.championGone) : Number.NEGATIVE_INFINITY;
			return { gate: gate.gate.text, class: gate.class, logE };
		});
		const crash = this.#crash;
		if (crash !== null)
			evidence.push({ gate: CRASH_GATE, class: "crash", logE: crash.mayFail ? crash.logEFail() : Number.NEGATIVE_INFINITY });
		return evidence;
	}

	/** Of the slowest gate in force; one whose time cannot be said leaves nothing to say. */
	#etaSeconds(): number | null {
		const inForce = this.#inForce;
		let slowest = 0;
		for (const gate of this.#gates) {
			const { text, holds } = gate.gate;
			if (!inForce.has(text) || holds === false || this.#stage.degraded.includes(text)) continue;
			const eta = gate.etaSeconds();
			if (eta === null) return null;
			slowest = Math.max(slowest, eta);
		}
		return slowest === 0 ? null : slowest;
	}

	/** Relative gates have none while there is nobody to compare with; a degraded gate has spoken; a cold one may not speak yet. */
	#hasSay(gate: GateJudge, disturbed: boolean): boolean {
		const silenced = (disturbed && !this.#rules.failsWhileDisturbed) || this.#stage.championGone;
		return !(gate.needsChampion && silenced) && !this.#stage.degraded.includes(gate.gate.text) && gate.mayFail;
	}

	#isDisturbed(): boolean {
		const percentile = this.#ownPercentile;
		return !this.#stage.championGone && percentile !== null && this.#disturbance.isDisturbed(percentile);
	}
}

/** How long a stage is held; one that takes no time counts as a minute. */
function holdMsOf({ stages }: Plan, index: number): number {
	const stage = stages[index];
	return stage?.kind === "canary" || stage?.kind === "watch" ? stage.holdMs : 60_000;
}

function spent({ weight, thresholdNats }: GateShare, alpha: number): BudgetShare {
	return { alphaSpent: weight * alpha, thresholdNats };
}
