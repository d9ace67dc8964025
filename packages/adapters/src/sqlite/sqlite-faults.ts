import { statfsSync } from "node:fs";
import path from "node:path";
import { HeadgateError } from "@headgate/protocol";

/** Primary result codes of SQLite (https://sqlite.org/rescode.html); the low byte of an extended code. */
const BUSY = 5;
const LOCKED = 6;
const NO_MEMORY = 7;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Below this much free space an I/O error of SQLite is told as a full disk: it also fails that way where it grows its side files. */
const ROOM_BYTES = 256 * 1024;

/** Gives a fault of node:sqlite the code that people and callers act on. */
export function sqliteFault(cause: unknown, file: string): unknown {
	const { errcode, message } = cause as { errcode?: number; message?: string };
	if (cause instanceof HeadgateError || errcode === undefined) return cause;
	const fault = (code: string, what: string) => new HeadgateError(code, `${what}: ${message}`, { path: file, cause });
	switch (errcode & 0xff) {
		case BUSY:
		case LOCKED:
			return fault("journal.in-use", `the journal ${file} is held by another process`);
		case FULL:
			return fault("disk.full", `the disk under ${path.dirname(file)} is full`);
		case IO_ERROR:
		case NO_MEMORY:
		case CANNOT_OPEN:
		case READ_ONLY:
			if (isFull(file)) return fault("disk.full", `the disk under ${path.dirname(file)} is full`);
			return fault("disk.failed", `the journal ${file} cannot be opened, read or written`);
		case CORRUPT:
		case NOT_A_DATABASE:
			return fault("journal.corrupt", `the file ${file} is not a sound journal`);
		default:
			return cause;
	}
}

function isFull(file: string): boolean {
	try {
		const { bavail, bsize } = statfsSync(path.dirname(file));
		return bavail * bsize < ROOM_BYTES;
	} catch {
		return false;
	}
}
