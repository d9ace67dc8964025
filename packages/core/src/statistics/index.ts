/** Tests that stay true however often one looks, from counts per window, and the sketches and special functions they need. Which gate feeds which test is analysis's affair. */
export { type AbsoluteOptions, createAbsoluteProcess } from "./absolute-process.ts";
export { MAX_WINDOW_REQUESTS } from "./assertions.ts";
export { betaBinomialInterval, type RateInterval } from "./beta-binomial.ts";
export {
	bucketMean,
	type Group,
	type GroupPair,
	type MeanEstimate,
	meanHalfWidth,
	meanShiftLogE,
	relativeLift,
} from "./business-mean.ts";
export { chiSquareUpperTail } from "./chi-square.ts";
export { type CompareOptions, createCompareProcess } from "./compare-process.ts";
export {
	binnedKolmogorovSmirnov,
	kolmogorovSmirnovRelevanceP,
	populationStability,
	stabilityP,
} from "./distances/index.ts";
export { createShiryaevRoberts } from "./e-detector.ts";
export { eFromP, rejectByEValues } from "./e-values.ts";
export {
	ALPHA_FAIL,
	ALPHA_PASS,
	assessBudget,
	type BudgetAssessment,
	CLASS_WEIGHTS,
	type GateClass,
	type GateEvidence,
	type GateShare,
	PASS_THRESHOLD_NATS,
} from "./evidence-budget.ts";
export {
	type ExpectedCounts,
	expectedAbsoluteGrowth,
	expectedCompareGrowth,
	secondsToReach,
} from "./expected-evidence.ts";
export { geometricGrid } from "./grids.ts";
export { lnGamma } from "./ln-gamma.ts";
export { type ContrastOptions, contrastLogE, meanContrast, startedLogE } from "./mean-contrast.ts";
export { logNormalCdf, normalQuantile } from "./normal.ts";
export {
	ATTRIBUTION_DELTA,
	absoluteLimitOptions,
	type BothSides,
	CRASH_OPTIONS,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "./preset-options.ts";
export {
	bucketOf,
	bucketRangeUs,
	countAbove,
	countOf,
	LATENCY_BUCKETS,
	type LatencySketch,
	mergeSketches,
	quantileUs,
	sparseSketch,
} from "./sketch.ts";
export { splitRatioLogE } from "./split-ratio.ts";
