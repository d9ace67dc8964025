/** How far two distributions are apart, and how often chance alone would put them there. Blocks that follow each other are the e-detector's affair. */
export { jensenShannon } from "./jensen-shannon.ts";
export {
	binnedKolmogorovSmirnov,
	kolmogorovSmirnov,
	kolmogorovSmirnovExactP,
	kolmogorovSmirnovRelevanceP,
	kolmogorovUpperTail,
} from "./kolmogorov-smirnov.ts";
export { populationStability, type StabilityIndex, stabilityP, stabilityThreshold } from "./population-stability.ts";
export { wasserstein } from "./wasserstein.ts";
