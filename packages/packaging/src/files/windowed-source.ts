import type { ReadAt } from "./read-at.ts";

/**
 * Reads ahead, so that many small reads in rising order cost few reads of the source. What is read is valid until the next read.
 * Throws the signal's reason.
 */
export function windowedSource(source: ReadAt, windowBytes: number, signal?: AbortSignal): ReadAt {
	let from = 0;
	let window: Uint8Array = new Uint8Array(0);
	return {
		size: source.size,
		async read(offset, length) {
			const wanted = Math.max(0, Math.min(length, source.size - offset));
			if (offset < from || offset + wanted > from + window.length) {
				signal?.throwIfAborted();
				window = await source.read(offset, Math.max(wanted, Math.min(windowBytes, source.size - offset)));
				from = offset;
			}
			return window.subarray(offset - from, offset - from + wanted);
		},
	};
}
