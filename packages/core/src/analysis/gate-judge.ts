import type { Gate } from "../plan/index.ts";
import {
	absoluteLimit,
	attributionGuard,
	type CompareProcess,
	errorRatio,
	errorWithin,
	type GateClass,
	PASS_THRESHOLD_NATS,
	quantileExceedance,
} from "../statistics/index.ts";
import { because } from "./because.ts";
import { ChampionStandIn, isKnown } from "./champion-stand-in.ts";
import type { GateJudgement } from "./judgement.ts";
import type { MergedWindow, Pair } from "./merge.ts";
import { type ChampionLatencies, latencyLimits } from "./watched-latencies.ts";

const CHAMPION_ALSO_OVER = "champion also over";

/** ln 5: a fail side below this is quiet, and only then may a gate that once passed still be called passed. */
const QUIET_NATS = Math.log(5);

/** Counts of one gate in one window: k of n are over its limit, for challenger (1) and champion (0). */
interface Counts {
	readonly k1: number;
	readonly n1: number;
	readonly k0: number;
	readonly n0: number;
}

interface Evidence {
	update(counts: Counts): void;
	/** ln E of the fail side; `literal` leaves the attribution to the challenger out of an absolute gate. */
	logEFail(literal: boolean): number;
	logEPass(): number;
}

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
}

/** One gate over the whole rollout: gathers evidence on both sides from the first judged second on and says its verdict. */
export class GateJudge {
	readonly gate: Gate;
	readonly class: GateClass;
	readonly #evidence: Evidence;
	#challenger = { k: 0, n: 0 };
	#champion = { k: 0, n: 0 };
	readonly #standIn = new ChampionStandIn();
	#windows = 0;
	#proven = false;

	constructor(gate: Gate) {
		this.gate = gate;
		this.class = gate.metric.name === "latency" ? "latency" : "errors";
		this.#evidence = gate.bound.kind === "absolute" ? absoluteEvidence(gate) : relativeEvidence(gate);
	}

	/** @param latencyUs the watch thresholds that the window's `over` counts; undefined when they are not known. */
	update(
		window: MergedWindow,
		latencyUs: readonly number[] | undefined,
		championUs: ChampionLatencies,
		championGone: boolean,
	): void {
		const pair = window.classes[this.class === "latency" ? "latency" : "errors"];
		const counts = pair === undefined ? null : this.#counts(pair, latencyUs, championUs);
		if (counts === null) return;
		this.#evidence.update(championGone && counts.n0 === 0 ? this.#withStandIn(counts) : counts);
		this.#windows++;
		this.#challenger = { k: this.#challenger.k + counts.k1, n: this.#challenger.n + counts.n1 };
		this.#champion = { k: this.#champion.k + counts.k0, n: this.#champion.n + counts.n0 };
		if (this.#evidence.logEPass() >= PASS_THRESHOLD_NATS) this.#proven = true;
	}

	/** Held against the champion's rate before, an absolute gate stays attributed when the champion is gone; else it is literal. */
	logEFail(championGone: boolean): number {
		return this.#evidence.logEFail(championGone && !isKnown(this.#champion));
	}

	/** Judged seconds until the pass side crosses if evidence keeps coming at this rate: 0 when it has, null when it does not. */
	etaSeconds(): number | null {
		if (this.#proven) return 0;
		const logE = this.#evidence.logEPass();
		if (this.#windows === 0 || logE <= 0) return null;
		return Math.ceil(((PASS_THRESHOLD_NATS - logE) / logE) * this.#windows);
	}

	judge(circumstances: Circumstances, championUs: ChampionLatencies): GateJudgement {
		const logEFail = this.logEFail(circumstances.championGone);
		const challengerAlone = this.#evidence.logEFail(true);
		const seen = {
			gate: this.gate,
			challenger: this.#challenger,
			champion: this.#champion,
			limits: latencyLimits(this.gate, championUs),
		};
		const { verdict, why } = this.#verdict(circumstances, logEFail, challengerAlone);
		return {
			gate: this.gate.text,
			verdict,
			championAlsoOver: why === CHAMPION_ALSO_OVER,
			because: because(seen, why),
			logEFail,
			logEPass: this.#evidence.logEPass(),
			challenger: this.#challenger,
			champion: this.#champion,
		};
	}

	#verdict(
		circumstances: Circumstances,
		logEFail: number,
		logEFailAlone: number,
	): { verdict: GateJudgement["verdict"]; why: string } {
		const relative = this.gate.bound.kind === "champion";
		if (circumstances.degraded) return { verdict: "fail", why: "failed; the rollout goes on, degraded" };
		if (circumstances.failing)
			return { verdict: "fail", why: circumstances.jointly ? "fails jointly with the other gates" : "fails" };
		if (relative && circumstances.championGone)
			return { verdict: "unknown", why: "not judged: the champion has no traffic any more" };
		if (relative && circumstances.championDisturbed)
			return { verdict: "unknown", why: "champion disturbed: it is slower than before the rollout" };
		if (!relative && logEFailAlone > QUIET_NATS && logEFail <= QUIET_NATS) return { verdict: "unknown", why: CHAMPION_ALSO_OVER };
		if (this.#windows === 0) return { verdict: "unknown", why: "nothing judged yet" };
		if (this.#proven && logEFail <= QUIET_NATS) return { verdict: "pass", why: "within the limit" };
		return { verdict: "unknown", why: logEFail > QUIET_NATS ? "looks worse, not proven" : "not enough evidence yet" };
	}

	/** Relative gates fall silent with the champion; the guard of an absolute one goes on. */
	#withStandIn(counts: Counts): Counts {
		const k0 = this.gate.bound.kind === "absolute" ? this.#standIn.take(this.#champion, counts.n1) : null;
		return k0 === null ? counts : { ...counts, k0, n0: counts.n1 };
	}

	#counts(pair: Pair, latencyUs: readonly number[] | undefined, championUs: ChampionLatencies): Counts | null {
		const { challenger, champion } = pair;
		if (this.gate.metric.name === "error_rate")
			return { k1: challenger.failed, n1: challenger.n, k0: champion.failed, n0: champion.n };
		const limits = latencyLimits(this.gate, championUs);
		if (limits === null || latencyUs === undefined) return null;
		const i1 = latencyUs.indexOf(limits.challenger);
		const i0 = latencyUs.indexOf(limits.champion);
		if (i1 === -1 || i0 === -1) return null;
		return { k1: challenger.over[i1] ?? 0, n1: challenger.n, k0: champion.over[i0] ?? 0, n0: champion.n };
	}
}

function relativeEvidence(gate: Gate): Evidence {
	const { bound, metric } = gate;
	if (bound.kind !== "champion" || metric.name === "quality") throw new Error(`no traffic judge for "${gate.text}"`);
	const sides =
		metric.name === "latency"
			? quantileExceedance(metric.percentile)
			: bound.relative !== 0
				? errorRatio(1 + bound.relative)
				: errorWithin(bound.absolute);
	return {
		update: ({ k1, n1, k0, n0 }) => {
			sides.fail.update(k1, n1, k0, n0);
			sides.pass.update(k1, n1, k0, n0);
		},
		logEFail: () => sides.fail.logE(),
		logEPass: () => sides.pass.logE(),
	};
}

function absoluteEvidence(gate: Gate): Evidence {
	const { bound, metric } = gate;
	if (bound.kind !== "absolute" || metric.name === "quality") throw new Error(`no traffic judge for "${gate.text}"`);
	const sides = absoluteLimit(metric.name === "latency" ? 1 - metric.percentile : bound.value);
	const guard: CompareProcess | null = gate.attribution ? attributionGuard() : null;
	return {
		update: ({ k1, n1, k0, n0 }) => {
			sides.fail.update(k1, n1);
			sides.pass.update(k1, n1);
			guard?.update(k1, n1, k0, n0);
		},
		logEFail: (literal) => (literal || guard === null ? sides.fail.logE() : Math.min(sides.fail.logE(), guard.logE())),
		logEPass: () => sides.pass.logE(),
	};
}
