import { assert, assertCounts } from "./assertions.ts";
import { lnBeta } from "./ln-gamma.ts";

/** How firmly the prior holds that the split is nearly right: as if 100 requests had been seen. */
const PRIOR_REQUESTS = 100;

/**
 * ln E against "each request went to the challenger with probability `weight`" (0 < weight < 1), from requests counted once per user
 * bucket. At ln(10,000) the split is wrong and nothing that compares the arms can be trusted: its result is `error`,
 * never `fail`. A mixture over beta(100 w, 100 (1 - w)); valid at every count at once. Source: Lindon & Malek 2022 (arXiv:2011.03567).
 */
export function splitRatioLogE(challenger: number, champion: number, weight: number): number {
	assertCounts(challenger, challenger + champion, "the split");
	assert(weight > 0 && weight < 1, () => `the weight is ${weight}; expected 0 < weight < 1`);
	const a = PRIOR_REQUESTS * weight;
	const b = PRIOR_REQUESTS * (1 - weight);
	return lnBeta(a + challenger, b + champion) - lnBeta(a, b) - challenger * Math.log(weight) - champion * Math.log1p(-weight);
}
