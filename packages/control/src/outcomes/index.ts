/** What becomes known of predictions: its store, its port and a working one in memory. Judging it belongs to core. */
export { MemoryOutcomes } from "./memory-outcomes.ts";
export { type KeptBatch, type OutcomeStore, subjectOf } from "./outcome-store.ts";
export { Outcomes } from "./outcomes.ts";
