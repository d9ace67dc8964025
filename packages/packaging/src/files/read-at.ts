import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";

/** Positional reads of something with a known size: what every format reader works on. */
export interface ReadAt {
	/** Bytes. */
	readonly size: number;
	/** Exactly the bytes of [offset, offset + length), or fewer where the source ends. */
	read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A format reader: pure over its source. Throws HeadgateError of its own format's codes, `weights.cut-off` and `weights.unreadable`. */
export type Reader<T> = (source: ReadAt, name: string, signal?: AbortSignal) => Promise<T>;

export function bytesSource(bytes: Uint8Array): ReadAt {
	return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Part of a source as a source of its own. */
export function sliceSource(source: ReadAt, from: number, size: number): ReadAt {
	return { size, read: (offset, length) => source.read(from + offset, Math.max(0, Math.min(length, size - offset))) };
}

/** Opens a regular file, never through a symbolic link. Throws HeadgateError `weights.unreadable`. */
export async function fileSource(path: string): Promise<ReadAt & { close(): Promise<void> }> {
	const handle = await openRegularFile(path);
	const { size } = await handle.stat();
	return {
		size,
		read: (offset, length) => readFully(handle, offset, Math.max(0, Math.min(length, size - offset))),
		close: () => handle.close(),
	};
}

/** Opens for reading without ever waiting for a pipe. Throws HeadgateError `weights.unreadable`. */
export async function openRegularFile(path: string): Promise<FileHandle> {
	const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
	const handle = await open(path, flags).catch((cause: unknown) => {
		const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
		throw new HeadgateError("weights.unreadable", `cannot open ${path} (${code})`, { path, cause });
	});
	if ((await handle.stat()).isFile()) return handle;
	await handle.close();
	throw new HeadgateError("weights.unreadable", `${path} is not a file`, { path });
}

/** The bytes at an offset, fewer only where the file ends. */
export async function readFully(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
	const buffer = Buffer.allocUnsafe(length);
	let done = 0;
	while (done < length) {
		const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
		if (bytesRead === 0) break;
		done += bytesRead;
	}
	return buffer.subarray(0, done);
}

/** Wraps a source and adds up what is read from it. */
export function countedSource(source: ReadAt): ReadAt & { bytesRead(): number } {
	let total = 0;
	return {
		size: source.size,
		async read(offset, length) {
			const bytes = await source.read(offset, length);
			total += bytes.length;
			return bytes;
		},
		bytesRead: () => total,
	};
}
