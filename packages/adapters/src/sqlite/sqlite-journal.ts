import type { DatabaseSync } from "node:sqlite";
import { type Journal, type JournalReader, openJournal, parseRows, verifyStore } from "@headgate/control/journal";
import { lockJournal, openJournalFile, openJournalFileToRead } from "./journal-file.ts";
import { SqliteEventStore } from "./sqlite-event-store.ts";

/**
 * Opens the journal in `file` as its one writer, and makes it if it is not there. `now` gives milliseconds since the epoch.
 *
 * Throws `journal.in-use`, `journal.newer-schema`, `journal.corrupt`, `disk.full` or `disk.failed`.
 */
export async function openSqliteJournal(file: string, now: () => number): Promise<Journal> {
	const lock = lockJournal(file);
	let database: DatabaseSync | undefined;
	try {
		database = openJournalFile(file);
		return await openJournal(new LockedEventStore(database, file, lock), now);
	} catch (fault) {
		database?.close();
		lock.close();
		throw fault;
	}
}

/** Opens the journal in `file` for reading, also while another process writes it. Throws as `openSqliteJournal`, but for the lock. */
export async function openSqliteJournalReader(file: string): Promise<JournalReader> {
	const store = new SqliteEventStore(openJournalFileToRead(file), file, "read");
	return {
		read: ({ from = 1 } = {}) => parseRows(store.read(from, Number.MAX_SAFE_INTEGER)),
		readStream: (stream) => parseRows(store.readStream(stream)),
		head: () => store.recover().head,
		streamVersion: (stream) => store.recover().versions.get(stream) ?? 0,
		verify: async (noted) => verifyStore(store, store.recover().head, noted),
		close: async () => store.close(),
	};
}

/** Gives the lock back only once the journal is closed. */
class LockedEventStore extends SqliteEventStore {
	readonly #lock: DatabaseSync;

	constructor(database: DatabaseSync, file: string, lock: DatabaseSync) {
		super(database, file);
		this.#lock = lock;
	}

	override close(): void {
		super.close();
		this.#lock.close();
	}
}
