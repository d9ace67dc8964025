import { HeadgateError } from "@headgate/protocol";
import { type ReadAt, sliceSource } from "../../files/read-at.ts";
import type { ZipEntry } from "../zip/zip-archive.ts";
import { streamEntry } from "../zip/zip-entry.ts";

/** Kept of what was read, for a second look at a literal or an array. */
const HISTORY_BYTES = 1024 * 1024;
/** Starting again from the front costs as much as the whole stream. */
const MAX_RESTARTS = 64;

interface Forward {
	/** Of the file, for messages. */
	readonly name: string;
	/** Bytes, or more than there are when nobody knows. */
	readonly size: number;
	/** Refused as `archive.bomb` above it. */
	readonly maxBytes: number;
	/** The content from its beginning. */
	readonly open: () => AsyncGenerator<Uint8Array, unknown>;
}

/**
 * A source over a stream, for a reader that goes forward and looks back a little. Reads throw what the stream throws, and HeadgateError
 * `archive.bomb` and `pickle.limit`, when it starts again too often.
 */
export function forwardSource({ name, size, maxBytes, open }: Forward): ReadAt {
	let stream = open();
	let pieces: Uint8Array[] = [];
	/** The kept pieces are [from, to). */
	let from = 0;
	let to = 0;
	let ended = false;
	let restarts = 0;

	async function restart(): Promise<void> {
		if (++restarts > MAX_RESTARTS) {
			const message = `${name}: it is packed, and has more than ${MAX_RESTARTS} long literals that must be looked into`;
			throw new HeadgateError("pickle.limit", message, { path: name });
		}
		await stream.return(undefined);
		stream = open();
		pieces = [];
		from = 0;
		to = 0;
		ended = false;
	}

	async function advance(): Promise<void> {
		const step = await stream.next();
		if (step.done === true) {
			ended = true;
			return;
		}
		pieces.push(step.value);
		to += step.value.length;
		if (to <= maxBytes) return;
		const message = `${name}: it expands to more than ${maxBytes.toLocaleString("en")} bytes`;
		throw new HeadgateError("archive.bomb", message, { path: name });
	}

	function forget(before: number): void {
		let count = 0;
		while (count < pieces.length && from + pieces[count]!.length <= before) from += pieces[count++]!.length;
		if (count > 0) pieces = pieces.slice(count);
	}

	return {
		size,
		async read(offset, length) {
			if (offset < from) await restart();
			while (to < offset + length && !ended) {
				await advance();
				forget(Math.min(offset, to) - HISTORY_BYTES);
			}
			return gather(offset - from, length);
		},
	};

	/** Copies only the pieces it needs. */
	function gather(start: number, length: number): Uint8Array {
		const parts: Uint8Array[] = [];
		let at = 0;
		for (const piece of pieces) {
			if (at + piece.length > start && at < start + length)
				parts.push(piece.subarray(Math.max(0, start - at), start + length - at));
			at += piece.length;
		}
		return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
	}
}

/** An entry of a zip archive, read forward where it is deflated: however large, a window of it is held. Throws like `streamEntry`. */
export function entrySource(source: ReadAt, entry: ZipEntry, name: string, signal?: AbortSignal): ReadAt {
	if (entry.method === 0) return sliceSource(source, entry.dataAt, entry.bytes);
	const { bytes } = entry;
	return forwardSource({
		name,
		size: bytes,
		maxBytes: bytes,
		open: () => streamEntry(source, entry, { name, maxBytes: bytes, signal }),
	});
}
