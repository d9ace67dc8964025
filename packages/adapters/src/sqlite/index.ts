/** SQLite as the embedded store: rows of the journal in one file, with one writer and any number of readers. */
export { openSqliteJournal, openSqliteJournalReader } from "./sqlite-journal.ts";
