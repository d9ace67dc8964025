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

export function createEvidenceMixture(bets: number, options: RestartOptions): EvidenceMixture {
	const restarts = createRestarts(options);
	const sums = new Float64Array(bets).fill(Number.NEGATIVE_INFINITY);
	const terms = new Float64Array(bets + 1);
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
			return logSumExp(terms);
		},
	};
}
