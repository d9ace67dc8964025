/** The plan and gate language: text in, a complete plan or a refusal that points at the word out. Judging belongs to analysis. */
export { BUILT_IN_PLANS, type BuiltInPlan } from "./built-in-plans.ts";
export type { BusinessMetric, BusinessMetrics } from "./business-metric.ts";
export {
	type Automation,
	ENDPOINT_DEFAULTS,
	type EndpointConfig,
	type EndpointOwner,
	type StickyKey,
} from "./endpoint-config.ts";
export type { Json } from "./json-copy.ts";
export { findMetric, type GatePlace, latencyName, METRICS, type MetricRow, parsePercentile } from "./metric-table.ts";
export { findObjective, NO_OBJECTIVES, type Objectives } from "./objectives.ts";
export { ENDPOINT_KEYS, endpointNotices, isEndpointName, parseEndpoint } from "./parse-endpoint.ts";
export { type GateContext, parseGate } from "./parse-gate.ts";
export { DEFAULT_PLAN, type PlanContext, parsePlan } from "./parse-plan.ts";
export type * from "./plan.ts";
export { type PlanDuration, planDuration } from "./plan-duration.ts";
export { planReference } from "./plan-reference.ts";
export { PLAN_REFUSAL_CODES, type PlanRefusalCode } from "./plan-refusals.ts";
export { metricName, renderGate, renderMicroseconds } from "./render-gate.ts";
export { renderPlan } from "./render-plan.ts";
export { isSkipped, STAGES, type StageRow } from "./stage-table.ts";
