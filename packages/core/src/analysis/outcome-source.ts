import { type Gate, metricName } from "../plan/index.ts";
import { MAX_WINDOW_REQUESTS } from "../statistics/index.ts";
import { type CountEvidence, type Counts, createCountEvidence } from "./count-evidence.ts";
import type { GateSource } from "./gate-source.ts";
import type { GateJudgement, Share } from "./judgement.ts";
import { assessMeans, type MeanSides } from "./mean-evidence.ts";
import type { LabelTotals, OutcomeLedger } from "./outcome-ledger.ts";

const NO_COUNTS: Counts = { k1: 0, n1: 0, k0: 0, n0: 0 };

/**
 * Labels and business metrics as they become known. Right and wrong answers are compared as counts, by the block of time in which they were
 * given: labels of a week may come one by one or all at once, one arm's before the other's, and say the same.
 */
export class OutcomeSource implements GateSource {
	readonly #gate: Gate;
	readonly #ledger: OutcomeLedger;
	/** Null for a gate on means. */
	readonly #counts: CountEvidence | null;
	/** Labels by stretch and block that have been compared; those of a block in which one arm has no new ones wait. */
	readonly #compared: Counts[][] = [];
	/** Of the challenger's, those that have been held against a number. */
	#alone: Share = { k: 0, n: 0 };
	#means: MeanSides | null = null;
	#seenVersion = 0;
	challenger: Share = { k: 0, n: 0 };
	champion: Share = { k: 0, n: 0 };
	seconds = 0;

	constructor(gate: Gate, ledger: OutcomeLedger, onMeans: boolean) {
		this.#gate = gate;
		this.#ledger = ledger;
		this.#counts = onMeans ? null : createCountEvidence(gate);
	}

	get lift(): GateJudgement["lift"] {
		return this.#counts === null ? (this.#means?.lift ?? null) : undefined;
	}

	logEFail(literal: boolean): number {
		if (this.#counts !== null) return this.#counts.logEFail(literal);
		if (this.#means === null) return 0;
		return literal ? this.#means.logEFailLiteral : this.#means.logEFail;
	}

	logEPass(): number {
		return this.#counts?.logEPass() ?? this.#means?.logEPass ?? 0;
	}

	dispersion(): number {
		return this.#counts?.dispersion() ?? 1;
	}

	/** Looks at what has come in since the last judged second. */
	refresh(): void {
		if (this.#ledger.version === this.#seenVersion) return;
		this.#seenVersion = this.#ledger.version;
		if (this.#counts === null) {
			this.#means = assessMeans(this.#gate, this.#ledger);
			this.challenger = { k: 0, n: this.#means.challenger.known };
			this.champion = { k: 0, n: this.#means.champion.known };
			if (this.challenger.n + this.champion.n > 0) this.seconds++;
			return;
		}
		const totals = this.#ledger.labelTotals();
		this.challenger = shareOf(totals.map(({ challenger }) => challenger));
		this.champion = shareOf(totals.map(({ champion }) => champion));
		this.#compareLabels(this.#counts);
	}

	because(why: string): () => string {
		const { challenger, champion } = this;
		if (this.#counts !== null)
			return () => `${why}: challenger ${rightOf(challenger)} labels right, champion ${rightOf(champion)}`;
		const { metric } = this.#gate;
		const name = metric.name === "business" ? metric.metric : metricName(metric);
		const means = this.#means;
		if (means === null) return () => `${why}: no outcome of ${name} has come in yet`;
		return () => `${why}: ${name} of the challenger ${meanOf(means.challenger)}, of the champion ${meanOf(means.champion)}`;
	}

	#compareLabels(evidence: CountEvidence): void {
		const { k, n } = this.challenger;
		if (n > this.#alone.n) {
			evidence.alone(...cut(k - this.#alone.k, n - this.#alone.n));
			this.#alone = { k, n };
			this.seconds++;
		}
		for (const [at, { challenger, champion }] of this.#ledger.labelBlocks().entries()) {
			this.#compared[at] ??= [];
			const compared = this.#compared[at];
			for (let block = 0; block < Math.min(challenger.n.length, champion.n.length); block++) {
				const before = compared[block] ?? NO_COUNTS;
				const [n1, n0] = [challenger.n[block]!, champion.n[block]!];
				if (n1 === before.n1 || n0 === before.n0) continue;
				const [k1, k0] = [challenger.wrong[block]!, champion.wrong[block]!];
				const [one, other] = [cut(k1 - before.k1, n1 - before.n1), cut(k0 - before.k0, n0 - before.n0)];
				evidence.beside({ k1: one[0], n1: one[1], k0: other[0], n0: other[1] });
				compared[block] = { k1, n1, k0, n0 };
			}
		}
	}
}

function shareOf(totals: readonly LabelTotals[]): Share {
	return { k: totals.reduce((sum, { wrong }) => sum + wrong, 0), n: totals.reduce((sum, { n }) => sum + n, 0) };
}

/** More than the tests take at once nobody brings in. */
function cut(k: number, n: number): [k: number, n: number] {
	return [Math.min(k, MAX_WINDOW_REQUESTS), Math.min(n, MAX_WINDOW_REQUESTS)];
}

function rightOf({ k, n }: Share): string {
	return n === 0 ? "0 of 0" : `${((100 * (n - k)) / n).toFixed(2)}% (${n - k} of ${n})`;
}

function meanOf({ known, mean }: MeanSides["challenger"]): string {
	return mean === null ? "unknown" : `${Number(mean.toPrecision(4))} (${known} outcomes)`;
}
