/** The life of a rollout: state, events, decide, evolve, and the routes that follow. Judging the evidence belongs to analysis. */
export { type Arm, keyOf, nameOf } from "./arm.ts";
export { decide } from "./decide.ts";
export { type Effect, effectsOf, FASTER_BY, REQUESTS_FOR_THRESHOLDS } from "./effects.ts";
export { evolveServing, NOBODY, routeOf, type Serving } from "./endpoint.ts";
export type * from "./events.ts";
export { evolve, fold } from "./evolve.ts";
export type { RolloutInput } from "./inputs.ts";
export { type Difference, Replay, type ReplayReport } from "./replay.ts";
export { answering, isOver, type Notice, type RolloutState, type RolloutStatus, stageOf } from "./state.ts";
export { type Recorded, RolloutTracker, type Step } from "./tracker.ts";
