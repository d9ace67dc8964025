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

	/** A wrong split is nobody's fault but the lottery's, so it never fails; and it never hides a gate that does. */
	judge(): GateJudgement {
		this.#judgement ??= this.#judge();
		return this.#judgement;
	}

	#judge(): GateJudgement {
		const shares = [...this.#bySplit].map(([split, { challenger, champion }]) => sharedOut(split, challenger, champion));
		const n1 = shares.reduce((sum, share) => sum + share.n1, 0);
		const n0 = shares.reduce((sum, share) => sum + share.n0, 0);
		// Over all shares there have been: a product of independent e-values is one.
		const logE = shares.reduce((sum, share) => sum + share.logE, 0);
		return {
			gate: SPLIT_CHECK,
			championAlsoOver: false,
			...this.#verdict(shares, n1 + n0, logE),
			logEFail: logE,
			logEPass: 0,
			challenger: { k: 0, n: n1 },
			champion: { k: 0, n: n0 },
		};
	}

	#verdict(shares: readonly SharedOut[], n: number, logE: number): Pick<GateJudgement, "verdict" | "because"> {
		if (n === 0) return { verdict: "unknown", because: "no lottery held yet" };
		if (logE < SPLIT_THRESHOLD_NATS) return { verdict: "pass", because: `as intended: ${describe(shares.at(-1)!)}` };
		const worst = shares.reduce((a, b) => (b.logE > a.logE ? b : a));
		return { verdict: "error", because: `the split is wrong: ${describe(worst)}` };
	}
}

/** What came of one intended share of the challenger (0 to 1): requests by arm, and ln E against "it was as intended". */
interface SharedOut {
	readonly split: number;
	readonly n1: number;
	readonly n0: number;
	readonly logE: number;
}

function sharedOut(split: number, challenger: Float64Array, champion: Float64Array): SharedOut {
	const n1 = total(challenger);
	const n0 = total(champion);
	const clumped = Math.max(dispersion(challenger, champion, n1, n0), (n1 + n0) / MAX_WINDOW_REQUESTS);
	// Rounded down: two halves rounded up would be one more than can be counted.
	return { split, n1, n0, logE: splitRatioLogE(Math.floor(n1 / clumped), Math.floor(n0 / clumped), split) };
}

function describe({ split, n1, n0 }: SharedOut): string {
	const n = n1 + n0;
	const came = n === 0 ? "none" : `${((100 * n1) / n).toFixed(2)}%`;
	return `${came} of ${n} requests went to the challenger, ${Number((100 * split).toFixed(2))}% were to`;
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
