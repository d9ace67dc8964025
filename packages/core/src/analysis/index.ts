/** Windows of champion and challenger in, verdicts with evidence out. The tests themselves live in statistics. */
export { type Closable, type ClosingInput, closableSeconds, LATENESS_MS } from "./closing.ts";
export { CRASH_GATE } from "./crash-judge.ts";
export type { Evidence, Placed, SecondClosed, WindowReceived } from "./evidence.ts";
export { type EndpointFlow, type Forecast, forecast } from "./forecast.ts";
export { type Foresight, foreseeFrom } from "./foresight.ts";
export { foresightSentence, timeText } from "./foresight-sentence.ts";
export type { GateRecord } from "./gate-record.ts";
export { Judge, type JudgeOptions } from "./judge.ts";
export { JUDGE_VERSION } from "./judge-rules.ts";
export { FIRST_STAGE, type JudgedStage } from "./judged-stage.ts";
export type { Failing, GateJudgement, Judgement, Share } from "./judgement.ts";
export { EvidenceMerger } from "./merge.ts";
export { type MergedCounts, type MergedWindow, WARM_UP_SECONDS } from "./merged-window.ts";
export {
	type LabelCount,
	type MetricCount,
	MILLIONTHS,
	type OutcomeCount,
	type OutcomesReceived,
	USER_BUCKETS,
} from "./outcomes.ts";
export { rulesInForce } from "./rules-in-force.ts";
export { TRAFFIC_CHECKS } from "./traffic-checks.ts";
export { type ChampionLatencies, percentilesMissing, trafficGates, watchedLatencies } from "./watched-latencies.ts";
export type * from "./window.ts";
export { failedOf } from "./window.ts";
