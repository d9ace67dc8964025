import { statfs } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../files/read-at.ts";
import { storeFault } from "../store/disk-faults.ts";
import { writeAll } from "../store/durable.ts";
import { type ArchiveEntry, archiveEntries } from "./archive-entries.ts";
import { archiveError, count } from "./archive-error.ts";
import { archiveKind } from "./archive-kind.ts";
import { FreshFolder } from "./fresh-folder.ts";
import { refuseNested } from "./refuse-nested.ts";

const QUOTA_BYTES = 100 * 1024 ** 3;

export interface UnpackOptions {
	/** Of all files together; default 100 GiB, and never more than the disk has free. */
	readonly quotaBytes?: number | undefined;
	/** After each piece that was written. */
	readonly onProgress?: ((progress: { readonly files: number; readonly bytes: number }) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks a .zip, .tar or .tar.gz into a folder that is new or empty: only regular files (0644) and folders, none outside of it, at most
 * 10,000, by their real bytes. A single folder around a package is taken away. After a refusal or an abort nothing is left behind.
 * Throws HeadgateError `archive.*`, `package.*`, `weights.cut-off`, `store.full` and `store.unwritable`, or the signal's reason.
 */
export async function unpackArchive(
	source: ReadAt,
	name: string,
	target: string,
	options: UnpackOptions = {},
): Promise<{ readonly files: number; readonly bytes: number }> {
	const kind = await archiveKind(source);
	if (kind === undefined || kind === "gzip") {
		const what = kind === "gzip" ? "holds one packed file" : "is none of them by its bytes";
		throw archiveError("archive.malformed", name, `.zip, .tar and .tar.gz are unpacked, and it ${what}`);
	}
	let folder: FreshFolder | undefined;
	try {
		folder = await FreshFolder.open(target);
		const room = await roomIn(folder.root, name, options.quotaBytes ?? QUOTA_BYTES);
		const done = { files: 0, bytes: 0 };
		for await (const entry of archiveEntries(source, kind, { name, signal: options.signal, report: refuse })) {
			options.signal?.throwIfAborted();
			if (entry.isFolder) await folder.addFolder(entry.name);
			else await writeEntry(folder, entry, done, room, options);
		}
		await refuseNested(folder.root, name, options.signal);
		await folder.stripTopFolder();
		return done;
	} catch (error) {
		await folder?.clear();
		throw storeFault(error, target);
	}
}

function refuse(problem: HeadgateError): never {
	throw problem;
}

async function writeEntry(
	folder: FreshFolder,
	entry: ArchiveEntry,
	done: { files: number; bytes: number },
	room: (bytes: number) => void,
	{ onProgress, signal }: UnpackOptions,
): Promise<void> {
	const file = await folder.createFile(entry.name);
	try {
		for await (const piece of entry.content()) {
			signal?.throwIfAborted();
			room(done.bytes + piece.length);
			await writeAll(file, piece);
			done.bytes += piece.length;
			onProgress?.({ ...done });
		}
		done.files++;
		onProgress?.({ ...done });
	} finally {
		await file.close();
	}
}

/** Refuses what would be more bytes than wanted, or than fit. */
async function roomIn(folder: string, name: string, quotaBytes: number): Promise<(bytes: number) => void> {
	const { bavail, blocks, bsize } = await statfs(folder);
	// Some file systems do not say.
	const free = blocks === 0 ? Number.MAX_SAFE_INTEGER : bavail * bsize;
	return (bytes) => {
		if (bytes > quotaBytes) throw archiveError("archive.bomb", name, `it unpacks to more than ${count(quotaBytes)} bytes`);
		if (bytes <= free) return;
		const message = `${name} unpacks to more than the ${count(free)} bytes that the disk has free`;
		throw new HeadgateError("store.full", message, { path: folder });
	};
}
