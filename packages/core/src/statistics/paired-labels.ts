import { assertCounts } from "./assertions.ts";
import type { CompareOptions } from "./compare-process.ts";
import { lnBeta } from "./ln-gamma.ts";
import { type BothSides, errorWithinOptions } from "./preset-options.ts";

/**
 * ln E against "both models are wrong equally often", from labels of requests that both answered: `onlyChallengerWrong` where the
 * champion was right, `onlyChampionWrong` the other way round. Two-sided, valid at every number of labels at once:
 * ln B(1 + b, 1 + c) + (b + c) ln 2. Labels on which both agree say nothing. Source: Robbins 1970, on McNemar's table.
 */
export function pairedLabelsLogE(onlyChallengerWrong: number, onlyChampionWrong: number): number {
	const discordant = onlyChallengerWrong + onlyChampionWrong;
	assertCounts(onlyChallengerWrong, discordant, "the discordant labels");
	return lnBeta(1 + onlyChallengerWrong, 1 + onlyChampionWrong) + discordant * Math.LN2;
}

/** Champion's rate of "only I am wrong" that the first bets assume: two labels in a hundred. */
const USUAL_DISCORDANCE = 0.02;

/**
 * The tests of "accuracy >= champion - delta" (delta a ratio from 0 to below 1) on requests that both versions answered, as in a shadow: a
 * window is a batch of N labels, fed as `update(b, N, c, N)` with b labels on which only the challenger is wrong and c on which only the
 * champion is. Both sides are exact: b and c of a batch exclude each other, and E[u^b v^c] = (1 + p1 (u-1) + p0 (v-1))^N is no more than
 * for independent counts. Both arms answer the same requests, so no noise between arms is taken for granted (kappa 0).
 *
 * Far fewer labels are needed than with two groups of requests: about 2 (ln(1/alpha) + 2.5) d / Delta^2 for a drop of Delta at a share d of
 * labels on which they differ; 7,100 for 1pp at 5 % and alpha 0.01. Source: statistics.md 1.6.
 */
export function pairedLabelsOptions(delta: number): BothSides<CompareOptions> {
	const { fail, pass } = errorWithinOptions(delta);
	const ofPairs = { p0: USUAL_DISCORDANCE, kappa: 0 };
	return { fail: { ...fail, ...ofPairs }, pass: { ...pass, ...ofPairs } };
}
