import { assert, assertCounts } from "./assertions.ts";
import { createEvidenceMixture, MOST_BETS } from "./evidence-mixture.ts";
import type { RestartOptions } from "./restarts.ts";

/**
 * The absolute gate: an e-process about one arm's rate p against a limit tau.
 * Stakes u > 1 test H0: p <= tau (side `fail`), stakes u < 1 test H0: p >= tau (side `pass`):
 *
 *     ln E = ln mean_j exp(k ln u_j - n tau (u_j - 1)), restarted as restarts.ts says.
 *
 * P(sup over all time of E >= 1/alpha) <= alpha under H0 (Bernoulli dominated by Poisson, Ville 1939). "p99 of latency <= L" is the
 * same gate: the share of requests slower than L is at most tau = 0.01.
 */
export interface AbsoluteOptions {
	/** The limit, a ratio above 0 and below 1. */
	readonly tau: number;
	/** Multiples of tau that are bet on: all above 1 (fail) or all in (0, 1) (pass). */
	readonly stakes: readonly number[];
	/** Default `none`. Fail sides in production restart each minute. */
	readonly restarts?: RestartOptions;
}

export interface AbsoluteProcess {
	/** One window: k of n requests over the limit. Throws RangeError unless integers with 0 <= k <= n. */
	update(k: number, n: number): void;
	/** ln E; never NaN or infinite. */
	logE(): number;
}

const NOTHING = new Float64Array(MOST_BETS);
/** Used within one call and by all processes. */
const gains = new Float64Array(MOST_BETS);

export function createAbsoluteProcess(options: AbsoluteOptions): AbsoluteProcess {
	const { tau, stakes, restarts = { kind: "none" } } = options;
	assert(tau > 0 && tau < 1, () => `tau is ${tau}; expected 0 < tau < 1`);
	const oneSided = stakes.every((u) => u > 1 && u <= 1e3) || stakes.every((u) => u > 0 && u < 1);
	assert(stakes.length > 0 && oneSided, () => `stakes [${stakes}]; expected all in (1, 1000] or all in (0, 1)`);

	const mixture = createEvidenceMixture(stakes.length, restarts);
	const logStakes = stakes.map(Math.log);
	const costs = stakes.map((u) => tau * (u - 1));
	let windows = 0;
	/** Asked several times between two windows; null after one. */
	let logE: number | null = null;

	return {
		update(k, n) {
			assertCounts(k, n, "the arm");
			logE = null;
			mixture.beginWindow(windows);
			windows += 1;
			for (let i = 0; i < stakes.length; i++) gains[i] = k * logStakes[i]! - n * costs[i]!;
			mixture.add(gains);
		},
		logE: () => {
			logE ??= mixture.logE(NOTHING);
			return logE;
		},
	};
}
