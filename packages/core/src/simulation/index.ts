/** Seeded worlds of traffic and rollouts in them, judged by the judge of the control loop: what a plan would find, and how often it would be wrong. */
export { type ArmNoise, NOISE_TAKEN_FOR_GRANTED } from "./arm-noise.ts";
export { type Change, parseChange } from "./change.ts";
export { type JudgeRuleOptions, judgeRule } from "./judge-rule.ts";
export { latencyAtUs } from "./latency-mixture.ts";
export { type Random, seededRandom } from "./random.ts";
export { type RecordedSecond, type RecordedTraffic, TrafficRecord } from "./recorded-traffic.ts";
export { simulateOnTraffic, type TrafficScript } from "./simulate-on-traffic.ts";
export { type RolloutScript, type SimulatedRollout, simulateRollout } from "./simulate-rollout.ts";
export type { SimulatedArm, SimulatedRule, SimulatedSecond } from "./simulated-rule.ts";
export { plannedSeconds } from "./stages.ts";
export { type SimulationSummary, summariseRollouts } from "./summarise.ts";
export { WORLD_NAMES, type WorldName } from "./world.ts";
