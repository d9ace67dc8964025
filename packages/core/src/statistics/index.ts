/** Tests that stay true however often one looks, from counts per window, and the sketches and special functions they need. Which gate feeds which test is analysis's affair. */
export { type AbsoluteOptions, type AbsoluteProcess, createAbsoluteProcess } from "./absolute-process.ts";
export { MAX_WINDOW_REQUESTS } from "./assertions.ts";
export { betaBinomialInterval, betaBinomialLogE, type RateInterval } from "./beta-binomial.ts";
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
export { type CompareOptions, type CompareProcess, createCompareProcess } from "./compare-process.ts";
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
	type ExpectedGrowth,
	expectedAbsoluteGrowth,
	expectedCompareGrowth,
	secondsToReach,
} from "./expected-evidence.ts";
export { geometricGrid } from "./grids.ts";
export { incompleteBeta } from "./incomplete-beta.ts";
export { lnBeta, lnGamma } from "./ln-gamma.ts";
export { logAddExp, logSumExp } from "./log-sum-exp.ts";
export { type ContrastOptions, contrastLogE, type MeanStratum, meanContrast, startedLogE } from "./mean-contrast.ts";
export { logNormalCdf, normalQuantile } from "./normal.ts";
export {
	absoluteLimitOptions,
	type BothSides,
	errorRatioOptions,
	errorWithinOptions,
	quantileExceedanceOptions,
} from "./preset-options.ts";
export {
	ATTRIBUTION_DELTA,
	absoluteLimit,
	attributionGuard,
	crashGate,
	errorRatio,
	errorWithin,
	type GateProcesses,
	quantileExceedance,
} from "./presets.ts";
export { EVERY_MINUTE, type RestartOptions } from "./restarts.ts";
export {
	bucketOf,
	bucketRangeUs,
	countAbove,
	countOf,
	LARGEST_LATENCY_US,
	LATENCY_BUCKETS,
	type LatencySketch,
	mergeSketches,
	quantileUs,
	sparseSketch,
} from "./sketch.ts";
export { splitRatioLogE } from "./split-ratio.ts";
