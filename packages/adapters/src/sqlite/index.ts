/** SQLite as the embedded store: the journal in one file, with one writer and any number of readers, and outcomes in another. */

export { openSqliteJournal, openSqliteJournalReader } from "./sqlite-journal.ts";
export { SqliteOutcomes } from "./sqlite-outcomes.ts";
