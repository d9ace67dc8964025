/** What each port promises, as suites that every implementation runs: the fakes in control as well as the adapters. */

export { type EvidencePlace, evidenceContract } from "./evidence.ts";
export { type JournalPlace, journalContract, type StoredField } from "./journal.ts";
export { type OutcomesPlace, outcomesContract } from "./outcomes.ts";
