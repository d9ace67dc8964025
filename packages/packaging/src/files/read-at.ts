import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { HeadgateError } from "@headgate/protocol";

/** Positional reads of something with a known size: what every format reader works on. */
export interface ReadAt {
	/** Bytes. */
	readonly size: number;
	/** Exactly the bytes of [offset, offset + length), or fewer where the source ends. */
	read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export function bytesSource(bytes: Uint8Array): ReadAt {
	return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Opens a regular file, never through a symbolic link. Throws HeadgateError `weights.unreadable`. */
export async function fileSource(path: string): Promise<ReadAt & { close(): Promise<void> }> {
	const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
		const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
		throw new HeadgateError("weights.unreadable", `cannot open ${path} (${code})`, { path, cause });
	});
	const stats = await handle.stat();
	return {
		size: stats.size,
		async read(offset, length) {
			const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, stats.size - offset)));
			let done = 0;
			while (done < buffer.length) {
				const { bytesRead } = await handle.read(buffer, done, buffer.length - done, offset + done);
				if (bytesRead === 0) break;
				done += bytesRead;
			}
			return buffer.subarray(0, done);
		},
		close: () => handle.close(),
	};
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
