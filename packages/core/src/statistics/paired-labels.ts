import { assertCounts } from "./assertions.ts";
import { lnBeta } from "./ln-gamma.ts";

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
