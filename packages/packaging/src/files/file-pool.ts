import type { FileHandle } from "node:fs/promises";
import { openRegularFile, type ReadAt, readFully } from "./read-at.ts";

/** Well under the 1,024 descriptors that many systems allow a process. */
const MAX_OPEN = 128;

/** Reads at many files with few open descriptors: a handle is opened at the first read and closed again when others need its place. */
export class FilePool {
	/** In the order of their last use. */
	readonly #open = new Map<string, { readonly handle: Promise<FileHandle>; users: number }>();
	#closed = false;

	/** A file of known size. Reads throw HeadgateError `weights.unreadable`. */
	source(path: string, size: number): ReadAt {
		return {
			size,
			read: async (offset, length) => {
				const entry = this.#acquire(path);
				try {
					return await readFully(await entry.handle, offset, Math.max(0, Math.min(length, size - offset)));
				} finally {
					entry.users--;
					if (this.#closed) await this.#closeIdle(0);
				}
			},
		};
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#closeIdle(0);
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
