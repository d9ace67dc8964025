import { MAX_WINDOW_REQUESTS, splitRatioLogE } from "../statistics/index.ts";
import type { GateJudgement } from "./judgement.ts";
import { USER_BUCKETS } from "./outcomes.ts";

/** Name of the check; `checks: { off: [split] }` turns it off. */
export const SPLIT_CHECK = "split";

/** ln 10,000: a right split is called wrong once in 10,000 rollouts. */
const SPLIT_THRESHOLD_NATS = Math.log(10_000);

/** It is calculated anew after so many seconds with a lottery: a split does not go wrong from one second to the next. */
const EVERY_UPDATES = 5;

/**
 * Did the lottery give each arm its share? If not, nothing that compares the arms can be trusted: the verdict is `error`, "the split is
 * wrong", never "the model is bad". Requests of one user fall to one arm together, so the counts are divided by how much more
 * they vary between 64 buckets of users than single requests would (statistics.md 1.6).
 */
export class SplitCheck {
	/** By the share that was to go to the challenger: requests by bucket and arm. */
	readonly #bySplit = new Map<number, { readonly challenger: Float64Array; readonly champion: Float64Array }>();

	#updates = 0;
	#judgement: GateJudgement | null = null;

	update(split: number, challenger: readonly number[], champion: readonly number[]): void {
		if (split <= 0 || split >= 1) return;
		if (this.#updates++ % EVERY_UPDATES === 0) this.#judgement = null;
		const counts = this.#bySplit.get(split) ?? {
			challenger: new Float64Array(USER_BUCKETS),
			champion: new Float64Array(USER_BUCKETS),
		};
		for (let bucket = 0; bucket < USER_BUCKETS; bucket++) {
			counts.challenger[bucket]! += challenger[bucket] ?? 0;
			counts.champion[bucket]! += champion[bucket] ?? 0;
		}
		this.#bySplit.set(split, counts);
	}

	/** ln E against "each share was as intended", over all shares there have been: a product of independent e-values is one. */
	logE(): number {
		let logE = 0;
		for (const [split, { challenger, champion }] of this.#bySplit) {
			const n1 = total(challenger);
			const n0 = total(champion);
			const clumped = Math.max(dispersion(challenger, champion, n1, n0), (n1 + n0) / MAX_WINDOW_REQUESTS);
			logE += splitRatioLogE(Math.round(n1 / clumped), Math.round(n0 / clumped), split);
		}
		return logE;
	}

	/** A wrong split is nobody's fault but the lottery's, so it never fails; and it never hides a gate that does. */
	judge(): GateJudgement {
		this.#judgement ??= this.#judge();
		return this.#judgement;
	}

	#judge(): GateJudgement {
		const logE = this.logE();
		const totals = this.#totals();
		const wrong = logE >= SPLIT_THRESHOLD_NATS;
		const verdict = totals.n === 0 ? "unknown" : wrong ? "error" : "pass";
		const why = totals.n === 0 ? "no lottery held yet" : wrong ? "the split is wrong" : "as intended";
		return {
			gate: SPLIT_CHECK,
			championAlsoOver: false,
			verdict,
			because: totals.n === 0 ? why : `${why}: ${this.#describe()}`,
			logEFail: logE,
			logEPass: 0,
			challenger: { k: 0, n: totals.n1 },
			champion: { k: 0, n: totals.n - totals.n1 },
		};
	}

	#totals(): { readonly n1: number; readonly n: number } {
		let n1 = 0;
		let n = 0;
		for (const { challenger, champion } of this.#bySplit.values()) {
			n1 += total(challenger);
			n += total(challenger) + total(champion);
		}
		return { n1, n };
	}

	/** What was intended and what came, of the latest share, for people. */
	#describe(): string {
		const [split, counts] = [...this.#bySplit].at(-1) ?? [];
		if (split === undefined || counts === undefined) return "no lottery held yet";
		const n1 = total(counts.challenger);
		const n = n1 + total(counts.champion);
		return `${percent(n1, n)} of ${n} requests went to the challenger, ${Number((100 * split).toFixed(2))}% were to`;
	}
}

/** With users in fewer buckets their spread says little; then each bucket counts as one user. */
const MIN_BUCKETS = 16;

/** How much more the challenger's share varies between buckets than between single requests: chi-square by its degrees of freedom. */
function dispersion(challenger: Float64Array, champion: Float64Array, n1: number, n0: number): number {
	const share = n1 / (n1 + n0);
	const variance = share * (1 - share);
	let chiSquare = 0;
	let used = 0;
	for (let bucket = 0; bucket < USER_BUCKETS; bucket++) {
		const n = challenger[bucket]! + champion[bucket]!;
		if (n === 0) continue;
		used += 1;
		chiSquare += (challenger[bucket]! - share * n) ** 2 / n;
	}
	const everyBucketOneUser = Math.max(1, (n1 + n0) / Math.max(used, 1));
	if (used < MIN_BUCKETS || variance === 0) return everyBucketOneUser;
	return Math.max(1, chiSquare / variance / (used - 1));
}

function total(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0);
}

function percent(k: number, n: number): string {
	return n === 0 ? "none" : `${((100 * k) / n).toFixed(2)}%`;
}
