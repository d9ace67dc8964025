import type { FileHandle } from "node:fs/promises";
import { openRegularFile, type ReadAt, readFully } from "./read-at.ts";

/** Well under the 1,024 descriptors that many systems allow a process. */
const MAX_OPEN = 128;
/** Every check asks what a file begins with; of 10,000 files, as many as a package may have, this is 40 MB. */
const HEAD_BYTES = 4096;

/**
 * Reads at many files with few open descriptors: a handle is opened at the first read and closed again when others need its place. The
 * first 4 KiB of a file are read once and kept.
 */
export class FilePool {
	/** In the order of their last use. */
	readonly #open = new Map<string, { readonly handle: Promise<FileHandle>; users: number }>();
	readonly #heads = new Map<string, Promise<Uint8Array>>();
	#closed = false;

	/** A file of known size. Reads throw HeadgateError `weights.unreadable`. */
	source(path: string, size: number): ReadAt {
		return {
			size,
			read: async (offset, length) => {
				const end = Math.max(offset, Math.min(size, offset + length));
				if (end > HEAD_BYTES) return this.#read(path, offset, end - offset);
				return (await this.#head(path, Math.min(size, HEAD_BYTES))).subarray(offset, end);
			},
		};
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#heads.clear();
		await this.#closeIdle(0);
	}

	#head(path: string, length: number): Promise<Uint8Array> {
		const head = this.#heads.get(path) ?? this.#read(path, 0, length);
		this.#heads.set(path, head);
		return head;
	}

	async #read(path: string, offset: number, length: number): Promise<Uint8Array> {
		const entry = this.#acquire(path);
		try {
			return await readFully(await entry.handle, offset, length);
		} finally {
			entry.users--;
			if (this.#closed) await this.#closeIdle(0);
		}
	}

	#acquire(path: string): { readonly handle: Promise<FileHandle>; users: number } {
		const entry = this.#open.get(path) ?? { handle: openRegularFile(path), users: 0 };
		entry.users++;
		this.#open.delete(path);
		this.#open.set(path, entry);
		// What cannot be opened is said by the read that waits for it.
		if (this.#open.size > MAX_OPEN) void this.#closeIdle(MAX_OPEN);
		return entry;
	}

	async #closeIdle(keep: number): Promise<void> {
		for (const [path, entry] of this.#open) {
			if (this.#open.size <= keep) return;
			if (entry.users > 0) continue;
			this.#open.delete(path);
			await entry.handle.then((handle) => handle.close()).catch(() => undefined);
		}
	}
}
