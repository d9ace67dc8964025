/** Seeded worlds of traffic and rollouts in them, judged by the judge of the control loop: what a plan would find, and how often it would be wrong. */
export { type Change, parseChange } from "./change.ts";
export { seededRandom } from "./random.ts";
export { plannedSeconds, type RolloutScript, type SimulatedRollout, simulateRollout } from "./simulate-rollout.ts";
export { type SimulationSummary, summariseRollouts } from "./summarise.ts";
export { WORLD_NAMES, type WorldName } from "./world.ts";
