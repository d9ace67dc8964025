/** A small language for rollouts: given events, when something is told, then these events; and whole rollouts in memory. The real decider, judge and tracker run; only gateways are fakes. */
export { arm, type JudgementOf, judgement, planOf, type StartOf, start } from "./builders.ts";
export { type Behaviour, FakeFleet, type FleetOptions } from "./fake-fleet.ts";
export { given } from "./given.ts";
export { Rehearsal, type RehearsalOptions, weightOf } from "./rehearsal.ts";
export { binomial, seededUniforms } from "./seeded-counts.ts";
export { type CountsOf, closed, type WindowOf, window } from "./windows.ts";
