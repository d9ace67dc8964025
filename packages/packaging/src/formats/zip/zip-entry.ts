import { crc32, inflateRawSync } from "node:zlib";
import { archiveError, count, shownName } from "../../archive/archive-error.ts";
import { bytesSource, type ReadAt, sliceSource } from "../../files/read-at.ts";
import { inflate, isZlibError } from "../gzip/inflate.ts";
import type { ZipEntry } from "./zip-archive.ts";

const WINDOW_BYTES = 256 * 1024;
/** Up to these sizes a stream would take longer than the content: some milliseconds at most. */
const AT_ONCE_PACKED_BYTES = 64 * 1024;
const AT_ONCE_BYTES = 1024 * 1024;

export interface EntryOptions {
	/** Of the archive, for messages. */
	readonly name: string;
	/** Refused as `archive.bomb` above it. */
	readonly maxBytes: number;
	readonly signal?: AbortSignal | undefined;
}

/**
 * An entry's content as a source: a part of the archive where it is stored (its checksum is not verified), else inflated in memory.
 * Throws HeadgateError `archive.bomb` above `maxBytes`, and like `streamEntry`.
 */
export async function openEntry(source: ReadAt, entry: ZipEntry, options: EntryOptions): Promise<ReadAt> {
	if (entry.method === 0) return sliceSource(source, entry.dataAt, entry.bytes);
	const pieces: Uint8Array[] = [];
	for await (const piece of streamEntry(source, entry, options)) pieces.push(piece);
	return bytesSource(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
}

/** Reads all of an entry. Throws like `streamEntry`. */
export async function verifyCrc(source: ReadAt, entry: ZipEntry, options: EntryOptions): Promise<void> {
	for await (const _ of streamEntry(source, entry, options));
}

/**
 * An entry's content, piece by piece, by the bytes that come and not by what the header says of them. Throws HeadgateError
 * `archive.bomb` above `maxBytes`, `archive.tampered` for another size than said, `archive.crc`, `archive.malformed`, `weights.cut-off`.
 */
export async function* streamEntry(source: ReadAt, entry: ZipEntry, options: EntryOptions): AsyncGenerator<Uint8Array> {
	const what = `the entry ${shownName(entry.name)}`;
	if (entry.bytes > options.maxBytes) {
		const message = `${what} says ${count(entry.bytes)} bytes, at most ${count(options.maxBytes)} are read`;
		throw archiveError("archive.bomb", options.name, message);
	}
	let bytes = 0;
	let sum = 0;
	for await (const piece of entry.method === 0 ? stored(source, entry, options) : deflated(source, entry, options)) {
		bytes += piece.length;
		if (bytes > entry.bytes) {
			const message = `${what} says ${count(entry.bytes)} bytes and unpacks to more`;
			throw archiveError("archive.tampered", options.name, message);
		}
		sum = crc32(piece, sum);
		yield piece;
	}
	if (bytes < entry.bytes) {
		const message = `${what} says ${count(entry.bytes)} bytes and unpacks to ${count(bytes)}`;
		throw archiveError("archive.tampered", options.name, message);
	}
	if (sum !== entry.crc32) {
		const message = `the checksum of ${what} differs: expected ${hex(entry.crc32)}, got ${hex(sum)}`;
		throw archiveError("archive.crc", options.name, message);
	}
}

async function* stored(source: ReadAt, entry: ZipEntry, { name, signal }: EntryOptions): AsyncGenerator<Uint8Array> {
	const end = entry.dataAt + entry.bytes;
	for (let at = entry.dataAt; at < end; ) {
		signal?.throwIfAborted();
		const bytes = await source.read(at, Math.min(WINDOW_BYTES, end - at));
		if (bytes.length === 0)
			throw archiveError("weights.cut-off", name, `it ends at offset ${count(at)}, inside ${shownName(entry.name)}`);
		at += bytes.length;
		yield bytes;
	}
}

async function* deflated(source: ReadAt, entry: ZipEntry, options: EntryOptions): AsyncGenerator<Uint8Array> {
	const { dataAt, compressedBytes } = entry;
	const small = compressedBytes <= AT_ONCE_PACKED_BYTES && entry.bytes <= AT_ONCE_BYTES;
	const taken = small
		? yield* inflatedAtOnce(source, entry, options)
		: yield* inflate(source, { from: dataAt, to: dataAt + compressedBytes, ...options });
	if (taken === compressedBytes) return;
	const message = `${count(compressedBytes - taken)} bytes are hidden after the content of ${shownName(entry.name)}`;
	throw archiveError("archive.tampered", options.name, message);
}

async function* inflatedAtOnce(
	source: ReadAt,
	entry: ZipEntry,
	{ name, signal }: EntryOptions,
): AsyncGenerator<Uint8Array, number> {
	signal?.throwIfAborted();
	const packed = await source.read(entry.dataAt, entry.compressedBytes);
	let taken = 0;
	try {
		// One byte more than said shows what unpacks to more.
		const { buffer, engine } = inflateRawSync(packed, { maxOutputLength: entry.bytes + 1, info: true }) as unknown as {
			readonly buffer: Buffer;
			readonly engine: { readonly bytesWritten: number };
		};
		taken = engine.bytesWritten;
		yield buffer;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
			const message = `the entry ${shownName(entry.name)} says ${count(entry.bytes)} bytes and unpacks to more`;
			throw archiveError("archive.tampered", name, message, error);
		}
		if (!isZlibError(error)) throw error;
		throw archiveError("archive.malformed", name, `the content of ${shownName(entry.name)} is damaged (${error.message})`, error);
	}
	return taken;
}

function hex(value: number): string {
	return value.toString(16).padStart(8, "0");
}
