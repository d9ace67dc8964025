/**
 * The journal: its port, the chaining and grouping that every store shares, and a working one in memory.
 * Databases live in adapters; the event's shape, its hash and the walk over a chain live in protocol.
 */
export type { EventStore, JournalPosition, Rows } from "./event-store.ts";
export { openJournal } from "./grouped-journal.ts";
export type { Journal, JournalReader } from "./journal.ts";
export { openMemoryJournal } from "./memory-journal.ts";
export { parseRows, verifyStore } from "./stored-events.ts";
