import { statfs } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";

/** Left free for the journal, the evidence and the lock of the package itself; of a small disk a sixteenth. */
const RESERVED_BYTES = 64 * 1024 * 1024;
const RESERVED_SHARE = 1 / 16;

/** Bytes that may still be written where `folder` lies; undefined where the file system does not say. */
export async function freeBytes(folder: string): Promise<number | undefined> {
	const { bavail, blocks, bsize } = await statfs(folder);
	return blocks === 0 ? undefined : Math.max(0, bavail * bsize - Math.min(RESERVED_BYTES, blocks * bsize * RESERVED_SHARE));
}

/** Throws HeadgateError `store.full`, with the figures, before the first of `bytes` is written where they cannot all fit. */
export async function requireRoom(folder: string, bytes: number, what: string): Promise<void> {
	const free = await freeBytes(folder);
	if (free === undefined || bytes <= free) return;
	const message = `${what} takes ${bytes.toLocaleString("en")} bytes and the disk of the store has ${free.toLocaleString("en")} free`;
	throw new HeadgateError("store.full", message, { path: folder });
}
