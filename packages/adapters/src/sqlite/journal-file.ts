import { closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HeadgateError } from "@headgate/protocol";
import { sqliteFault } from "./sqlite-faults.ts";

/** Marks the file as a journal of Headgate in SQLite's header (`HGJL`), so that no other database is taken for one. */
const APPLICATION_ID = 0x48474a4c;
/** Raise it with every change of the table, and bring older files up in `createTable`. */
const SCHEMA_VERSION = 1;

const TABLE = `
CREATE TABLE event (
	seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
	v INTEGER NOT NULL, actor TEXT NOT NULL, cause TEXT, data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL,
	UNIQUE (stream, version)
) STRICT;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Opens the file for its one writer, and makes it if it is not there. */
export function openJournalFile(file: string): DatabaseSync {
	return opening(file, () => {
		makeForOwner(file);
		const database = new DatabaseSync(file, { timeout: 0 });
		try {
			// FULL: a commit returns after its fsync; a power cut loses nothing that was acknowledged.
			database.exec(
				"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 250; PRAGMA trusted_schema = OFF;",
			);
			if (isEmpty(database)) createTable(database);
			else refuseForeign(database, file);
			return database;
		} catch (fault) {
			database.close();
			throw fault;
		}
	});
}

/** Opens the file for reading beside its writer. */
export function openJournalFileToRead(file: string): DatabaseSync {
	return opening(file, () => {
		if (!existsSync(file)) throw new HeadgateError("disk.failed", `there is no journal at ${file}`, { path: file });
		const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
		try {
			if (statSync(file).size > 0) refuseForeign(database, file);
			return database;
		} catch (fault) {
			database.close();
			throw fault;
		}
	});
}

/**
 * Takes the lock that makes this process the journal's only writer. It lies beside the journal, which others may read
 * meanwhile; the kernel drops it when the process ends in any way, so there is never a stale one to clear.
 */
export function lockJournal(file: string): DatabaseSync {
	return opening(file, () => {
		makeForOwner(`${file}.lock`);
		const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
		try {
			lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
			return lock;
		} catch (fault) {
			lock.close();
			throw fault;
		}
	});
}

function opening(file: string, open: () => DatabaseSync): DatabaseSync {
	try {
		return open();
	} catch (cause) {
		const { code, message } = cause as NodeJS.ErrnoException;
		if (code === "ENOSPC") throw new HeadgateError("disk.full", `no room for the journal ${file}`, { path: file, cause });
		if (code?.startsWith("E") && !code.startsWith("ERR_")) {
			throw new HeadgateError("disk.failed", `the journal ${file} cannot be opened: ${message}`, { path: file, cause });
		}
		throw sqliteFault(cause, file);
	}
}

/** Makes the file readable by its owner only; SQLite gives its side files the same mode. An empty file is an empty database. */
function makeForOwner(file: string): void {
	mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
	closeSync(openSync(file, "a", 0o600));
}

function isEmpty(database: DatabaseSync): boolean {
	return database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"] === 0;
}

function createTable(database: DatabaseSync): void {
	database.exec(`BEGIN IMMEDIATE; ${TABLE} COMMIT;`);
}

function refuseForeign(database: DatabaseSync, file: string): void {
	const pragma = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
	if (pragma("application_id") !== APPLICATION_ID) {
		throw new HeadgateError("journal.corrupt", `${file} is a database, but not a journal of Headgate`, { path: file });
	}
	const found = pragma("user_version");
	if (found > SCHEMA_VERSION) {
		const message = `${file} has journal schema ${found}, this Headgate knows up to ${SCHEMA_VERSION}`;
		throw new HeadgateError("journal.newer-schema", message, { path: file });
	}
}
