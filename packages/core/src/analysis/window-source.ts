import type { Gate } from "../plan/index.ts";
import { because } from "./because.ts";
import { ChampionStandIn } from "./champion-stand-in.ts";
import { type CountEvidence, type Counts, createCountEvidence } from "./count-evidence.ts";
import type { GateSource } from "./gate-source.ts";
import type { JudgeRules } from "./judge-rules.ts";
import type { Share } from "./judgement.ts";
import type { Pair } from "./merged-window.ts";
import { type ChampionLatencies, latencyLimits } from "./watched-latencies.ts";

/** Errors and slow answers, counted in windows. */
export class WindowSource implements GateSource {
	readonly #gate: Gate;
	readonly #evidence: CountEvidence;
	readonly #standIn = new ChampionStandIn();
	challenger: Share = { k: 0, n: 0 };
	champion: Share = { k: 0, n: 0 };
	seconds = 0;

	constructor(gate: Gate, rules: JudgeRules) {
		this.#gate = gate;
		this.#evidence = createCountEvidence(gate, rules);
	}

	logEFail(literal: boolean): number {
		return this.#evidence.logEFail(literal);
	}

	logEPass(): number {
		return this.#evidence.logEPass();
	}

	dispersion(): number {
		return this.#evidence.dispersion();
	}

	because(why: string, championUs: ChampionLatencies): () => string {
		const { challenger, champion } = this;
		return () => because({ gate: this.#gate, challenger, champion, limits: latencyLimits(this.#gate, championUs) }, why);
	}

	/** @returns false when the window says nothing to this gate: the champion's percentile is not known, or it counted other limits. */
	take(pair: Pair, latencyUs: readonly number[] | undefined, championUs: ChampionLatencies, championGone: boolean): boolean {
		const counts = this.#counts(pair, latencyUs, championUs);
		if (counts === null) return false;
		this.#evidence.alone(counts.k1, counts.n1);
		this.#evidence.beside(championGone && counts.n0 === 0 ? this.#withStandIn(counts) : counts);
		this.seconds++;
		this.challenger = { k: this.challenger.k + counts.k1, n: this.challenger.n + counts.n1 };
		this.champion = { k: this.champion.k + counts.k0, n: this.champion.n + counts.n0 };
		return true;
	}

	/** Relative gates fall silent with the champion; the guard of an absolute one goes on. */
	#withStandIn(counts: Counts): Counts {
		const k0 = this.#gate.bound.kind === "absolute" ? this.#standIn.take(this.champion, counts.n1) : null;
		return k0 === null ? counts : { ...counts, k0, n0: counts.n1 };
	}

	#counts(
		{ challenger, champion }: Pair,
		latencyUs: readonly number[] | undefined,
		championUs: ChampionLatencies,
	): Counts | null {
		if (this.#gate.metric.name === "error_rate")
			return { k1: challenger.failed, n1: challenger.n, k0: champion.failed, n0: champion.n };
		const limits = latencyLimits(this.#gate, championUs);
		if (limits === null || latencyUs === undefined) return null;
		const i1 = latencyUs.indexOf(limits.challenger);
		const i0 = latencyUs.indexOf(limits.champion);
		if (i1 === -1 || i0 === -1) return null;
		return { k1: challenger.over[i1] ?? 0, n1: challenger.n, k0: champion.over[i0] ?? 0, n0: champion.n };
	}
}
