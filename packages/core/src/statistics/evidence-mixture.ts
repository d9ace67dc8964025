import { assert } from "./assertions.ts";
import { logAddExp, logSumExp } from "./log-sum-exp.ts";
import { createRestarts, type RestartOptions } from "./restarts.ts";

/**
 * The uniform mixture over bets of the weighted mixture over starts, as one e-process in O(bets) memory for any number of restarts.
 * For bet i it keeps ln(sum over starts s so far of w_s exp(evidence of i since s)); a start adds w_s to that sum, evidence
 * multiplies it. Starts to come count as 1: ln E = ln(mean over i of sum_i + remaining weight).
 */
export interface EvidenceMixture {
	/** To be called before the evidence of each window, with windows numbered from 0. */
	beginWindow(window: number): void;
	/** Adds log evidence, one number per bet. */
	add(nats: ArrayLike<number>): void;
	/** ln E, with `pending` log evidence per bet not added yet. 0 before the first window. */
	logE(pending: ArrayLike<number>): number;
}

/** More bets than any gate mixes. */
export const MOST_BETS = 100;
/** Used within one call and by all: a process for each side of each gate of each endpoint keeps only what it must remember. */
const terms = new Float64Array(MOST_BETS + 1);

export function createEvidenceMixture(bets: number, options: RestartOptions): EvidenceMixture {
	assert(bets <= MOST_BETS, () => `${bets} bets; expected at most ${MOST_BETS}`);
	const restarts = createRestarts(options);
	const sums: number[] = Array.from({ length: bets }, () => Number.NEGATIVE_INFINITY);
	return {
		beginWindow(window) {
			const weight = restarts.begin(window);
			if (weight === 0) return;
			const logWeight = Math.log(weight);
			for (let i = 0; i < bets; i++) sums[i] = logAddExp(sums[i]!, logWeight);
		},
		add(nats) {
			for (let i = 0; i < bets; i++) sums[i]! += nats[i]!;
		},
		logE(pending) {
			for (let i = 0; i < bets; i++) terms[i] = sums[i]! + pending[i]! - Math.log(bets);
			terms[bets] = Math.log(restarts.remainingWeight());
			return logSumExp(terms, bets + 1);
		},
	};
}
