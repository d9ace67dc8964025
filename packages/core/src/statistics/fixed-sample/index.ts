/** Tests and intervals for a sample that is looked at once, such as a holdout set. Whatever is watched as it grows needs the processes beside. */
export { bootstrapMean } from "./bootstrap.ts";
export { type ChiSquareTest, goodnessOfFit, independenceTest } from "./chi-square-tests.ts";
export { benjaminiHochbergAdjusted, holmAdjusted } from "./multiplicity.ts";
export { clopperPearsonInterval, mcNemar, newcombeDifference, wilsonInterval } from "./proportions.ts";
export { hodgesLehmannShift, mannWhitney, mannWhitneyExact, type RankTest } from "./rank-tests.ts";
export { welchTest } from "./welch.ts";
