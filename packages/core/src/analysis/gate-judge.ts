import type { Gate } from "../plan/index.ts";
import { type GateClass, PASS_THRESHOLD_NATS } from "../statistics/index.ts";
import { isKnown } from "./champion-stand-in.ts";
import { classOf } from "./gate-class.ts";
import type { GateSource } from "./gate-source.ts";
import type { JudgeRules } from "./judge-rules.ts";
import type { BudgetShare, GateJudgement } from "./judgement.ts";
import { isOnMeans } from "./mean-evidence.ts";
import type { MergedWindow } from "./merged-window.ts";
import type { OutcomeLedger } from "./outcome-ledger.ts";
import { OutcomeSource } from "./outcome-source.ts";
import { WarmUpProof } from "./warm-up-proof.ts";
import type { ChampionLatencies } from "./watched-latencies.ts";
import { WindowSource } from "./window-source.ts";

const CHAMPION_ALSO_OVER = "champion also over";

/** ln 5: a fail side below this is quiet, and only then may a gate that once passed still be called passed. */
const QUIET_NATS = Math.log(5);

/** What a gate must be told beside its counts. */
export interface Circumstances {
	/** No champion traffic is left to compare with (a watch without holdback). */
	readonly championGone: boolean;
	readonly championDisturbed: boolean;
	/** The weighted evidence has crossed with this gate as the largest. */
	readonly failing: boolean;
	readonly jointly: boolean;
	/** It has failed before, and the plan went on all the same. */
	readonly degraded: boolean;
	/** From judge 2 on. */
	readonly share: BudgetShare | undefined;
}

/** One gate over the whole rollout: gathers evidence on both sides from the first judged second on and says its verdict. */
export class GateJudge {
	readonly gate: Gate;
	readonly class: GateClass;
	/** Its evidence is live traffic; else what became known afterwards, which a champion without traffic does not end. */
	readonly isLive: boolean;
	/** It can only be judged while both arms have traffic. */
	readonly needsChampion: boolean;
	readonly #source: GateSource;
	readonly #rules: JudgeRules;
	readonly #proof = new WarmUpProof();
	#proven = false;

	constructor(gate: Gate, rules: JudgeRules, ledger: OutcomeLedger) {
		this.gate = gate;
		this.#rules = rules;
		const { name } = gate.metric;
		this.isLive = name === "error_rate" || name === "latency";
		this.needsChampion = this.isLive && gate.bound.kind === "champion";
		this.class = classOf(gate);
		this.#source = this.isLive ? new WindowSource(gate, rules) : new OutcomeSource(gate, ledger, isOnMeans(gate));
	}

	/** @param latencyUs the watch thresholds that the window's `over` counts; undefined when they are not known. */
	update(
		window: MergedWindow,
		latencyUs: readonly number[] | undefined,
		championUs: ChampionLatencies,
		championGone: boolean,
	): void {
		if (!(this.#source instanceof WindowSource)) return;
		const pair = window.classes[this.class === "latency" ? "latency" : "errors"];
		if (pair === undefined || (!pair.warm && !this.#rules.warmUpCounts)) return;
		if (!this.#source.take(pair, latencyUs, championUs, championGone)) return;
		this.#proof.observe(this.#source.logEFail(true), pair.warm);
		if (pair.warm) this.#noteProven();
	}

	/** Outcomes that came in since the last second. */
	takeOutcomes(): void {
		if (!(this.#source instanceof OutcomeSource)) return;
		this.#source.refresh();
		this.#noteProven();
	}

	/** Held against the champion's rate before, an absolute gate stays attributed when the champion is gone; else it is literal. */
	logEFail(championGone: boolean): number {
		return this.#source.logEFail(this.isLive && championGone && !isKnown(this.#source.champion));
	}

	/** The seconds after the warm-up bear out what was seen in it: only then may the gate fail. */
	get mayFail(): boolean {
		return !this.isLive || !this.#rules.warmUpCounts || this.#proof.isGiven;
	}

	/** Judged seconds until the pass side crosses if evidence keeps coming at this rate: 0 when it has, null when it does not. */
	etaSeconds(): number | null {
		if (this.#proven) return 0;
		const logE = this.#source.logEPass();
		const { seconds } = this.#source;
		if (seconds === 0 || logE <= 0) return null;
		return Math.ceil(((PASS_THRESHOLD_NATS - logE) / logE) * seconds);
	}

	judge(circumstances: Circumstances, championUs: ChampionLatencies): GateJudgement {
		const logEFail = this.logEFail(circumstances.championGone);
		const { challenger, champion } = this.#source;
		const { verdict, why } = this.#verdict(circumstances, logEFail);
		const because = this.#source.because(why, championUs);
		const { seconds, lift } = this.#source;
		const record = { seconds, dispersion: this.#source.dispersion(), ...(lift === undefined ? {} : { lift }) };
		return {
			gate: this.gate.text,
			verdict,
			championAlsoOver: why === CHAMPION_ALSO_OVER,
			get because() {
				return because();
			},
			logEFail,
			logEPass: this.#source.logEPass(),
			challenger,
			champion,
			...(this.#rules.keepsRecord ? record : {}),
			...circumstances.share,
		};
	}

	#noteProven(): void {
		if (this.#source.logEPass() >= PASS_THRESHOLD_NATS) this.#proven = true;
	}

	#verdict(circumstances: Circumstances, logEFail: number): { verdict: GateJudgement["verdict"]; why: string } {
		if (circumstances.degraded) return { verdict: "fail", why: "failed; the rollout goes on, degraded" };
		if (circumstances.failing)
			return { verdict: "fail", why: circumstances.jointly ? "fails jointly with the other gates" : "fails" };
		if (this.needsChampion && circumstances.championGone)
			return { verdict: "unknown", why: "not judged: the champion has no traffic any more" };
		if (this.needsChampion && circumstances.championDisturbed)
			return { verdict: "unknown", why: "champion disturbed: it is slower than before the rollout" };
		const absolute = this.gate.bound.kind === "absolute";
		if (absolute && this.#source.logEFail(true) > QUIET_NATS && logEFail <= QUIET_NATS)
			return { verdict: "unknown", why: CHAMPION_ALSO_OVER };
		if (this.#source.seconds === 0) return { verdict: "unknown", why: "nothing judged yet" };
		if (this.#proven && logEFail <= QUIET_NATS) return { verdict: "pass", why: "within the limit" };
		return { verdict: "unknown", why: logEFail > QUIET_NATS ? "looks worse, not proven" : "not enough evidence yet" };
	}
}
