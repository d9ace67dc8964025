import { ALPHA_PASS, betaBinomialInterval, MAX_WINDOW_REQUESTS, meanHalfWidth, type RateInterval } from "../statistics/index.ts";
import type { GateJudgement, Share } from "./judgement.ts";

/**
 * What a verdict keeps beside its evidence, so that an auditor can calculate it again and a person can judge its size. Each interval is true
 * at all times together with probability 1 - ALPHA_PASS.
 */
export interface GateRecord {
	/** Share of answers over the limit of each arm, 0 to 1; null without answers, or where the gate does not count answers. */
	readonly challenger: RateInterval | null;
	readonly champion: RateInterval | null;
	/** Challenger's share less the champion's. */
	readonly difference: RateInterval | null;
}

/** Effects of this size are found soonest by the interval of the difference: 1pp. */
const DIFFERENCE_SCALE = 0.01;
/** An arm without a failure is not without variance: one failure more is assumed. */
const ASSUMED_FAILURES = 1;

/** The intervals of a gate that counts answers: beta-binomial for each arm, asymptotic for their difference (statistics.md 3). */
export function recordOf({ challenger, champion, lift }: GateJudgement): GateRecord {
	if (lift !== undefined) return { challenger: null, champion: null, difference: null };
	return { challenger: intervalOf(challenger), champion: intervalOf(champion), difference: differenceOf(challenger, champion) };
}

function intervalOf({ k, n }: Share): RateInterval | null {
	return n === 0 || n > MAX_WINDOW_REQUESTS ? null : betaBinomialInterval(k, n, ALPHA_PASS);
}

function differenceOf(one: Share, other: Share): RateInterval | null {
	if (one.n === 0 || other.n === 0) return null;
	const half = meanHalfWidth(varianceOf(one) + varianceOf(other), ALPHA_PASS, DIFFERENCE_SCALE);
	const difference = one.k / one.n - other.k / other.n;
	return { low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
}

function varianceOf({ k, n }: Share): number {
	const share = Math.min(k + ASSUMED_FAILURES, n + ASSUMED_FAILURES) / (n + 2 * ASSUMED_FAILURES);
	return (share * (1 - share)) / n;
}
