/** Windows of champion and challenger in, verdicts with evidence out. The tests themselves live in statistics. */
export { type Closable, type ClosingInput, closableSeconds, LATENESS_MS } from "./closing.ts";
export type { Evidence, Placed, SecondClosed, WindowReceived } from "./evidence.ts";
export { CRASH_GATE, JUDGE_VERSION, Judge, type JudgedStage } from "./judge.ts";
export type { GateJudgement, Judgement } from "./judgement.ts";
export { EvidenceMerger, type MergedCounts, type MergedWindow, WARM_UP_SECONDS } from "./merge.ts";
export { type LabelCount, type MetricCount, type OutcomeCount, type OutcomesReceived, USER_BUCKETS } from "./outcomes.ts";
export { rulesInForce } from "./rules-in-force.ts";
export { type ChampionLatencies, percentilesMissing, trafficGates, watchedLatencies } from "./watched-latencies.ts";
export type * from "./window.ts";
