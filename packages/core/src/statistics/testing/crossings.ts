import { incompleteBeta } from "../incomplete-beta.ts";

/**
 * How a test of "P(sup E >= 1/alpha) <= alpha" has to be laid out: so many runs, of which at most `most` may cross. Chosen so that a test that
 * keeps its promise exactly fails this one with probability 1 % at most (for a fixed seed: never or always), and one that is wrong twice as
 * often as promised is caught with 95 % at least.
 */
export interface CrossingLimit {
	readonly alpha: number;
	readonly runs: number;
	readonly most: number;
}

const CALLED_WRONG = 0.01;
const CAUGHT = 0.95;

/** The fewest runs that do, by exact binomial tails. `alpha` in (0, 0.5). */
export function crossingLimit(alpha: number): CrossingLimit {
	for (let most = 1; ; most++) {
		// The fewest runs in which twice alpha exceeds `most` with 95 %; more runs only make alpha itself exceed it more often.
		let runs = Math.ceil(most / (2 * alpha));
		while (moreThan(most, runs, 2 * alpha) < CAUGHT) runs++;
		if (moreThan(most, runs, alpha) <= CALLED_WRONG) return { alpha, runs, most };
	}
}

/** P(more than k of n succeed), each with probability p. */
export function moreThan(k: number, n: number, p: number): number {
	return k >= n ? 0 : incompleteBeta(k + 1, n - k, p);
}
