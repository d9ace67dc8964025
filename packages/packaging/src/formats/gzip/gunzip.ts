import { crc32 } from "node:zlib";
import { archiveError, count } from "../../archive/archive-error.ts";
import type { ReadAt } from "../../files/read-at.ts";
import { inflate } from "./inflate.ts";

const FIXED_BYTES = 10;
const TRAILER_BYTES = 8;
/** Of the header's name, comment and extra field together. */
const MAX_HEADER_BYTES = 128 * 1024;
const MAX_MEMBERS = 1_000;
const HAS = { checksum: 2, extra: 4, name: 8, comment: 16, unknown: 0xe0 };

export interface GzipSummary {
	/** Streams one after another; most files have one. */
	readonly members: number;
	/** Bytes after the last member that are not all zero. */
	readonly trailingBytes: number;
}

/**
 * The content of a gzip file, all members, piece by piece, with sizes and checksums verified. Throws HeadgateError `archive.malformed`,
 * `archive.crc`, `archive.bomb` above 1,000 members, and `weights.cut-off`. Whoever reads it decides when it was enough.
 */
export async function* gunzip(
	source: ReadAt,
	{ name, signal }: { readonly name: string; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Buffer, GzipSummary> {
	let at = 0;
	let members = 0;
	for (;;) {
		const from = at + (await headerBytes(source, at, name));
		if (++members > MAX_MEMBERS) throw archiveError("archive.bomb", name, `it has more than ${count(MAX_MEMBERS)} gzip members`);
		const stream = inflate(source, { from, to: source.size, name, signal });
		let bytes = 0;
		let sum = 0;
		let step = await stream.next();
		for (; !step.done; step = await stream.next()) {
			bytes += step.value.length;
			sum = crc32(step.value, sum);
			yield step.value;
		}
		at = from + step.value;
		const trailer = Buffer.from(await source.read(at, TRAILER_BYTES));
		if (trailer.length < TRAILER_BYTES)
			throw archiveError("weights.cut-off", name, "it is cut off: its checksum is not all there");
		if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== bytes % 2 ** 32) {
			throw archiveError("archive.crc", name, `the checksum or size of the gzip member that ends at offset ${count(at)} differs`);
		}
		at += TRAILER_BYTES;
		if (at === source.size) return { members, trailingBytes: 0 };
		const next = await source.read(at, 2);
		if (next[0] !== 0x1f || next[1] !== 0x8b) return { members, trailingBytes: await notZero(source, at) };
	}
}

async function headerBytes(source: ReadAt, at: number, name: string): Promise<number> {
	const bytes = Buffer.from(await source.read(at, MAX_HEADER_BYTES));
	const cutOff = (): Error =>
		bytes.length === MAX_HEADER_BYTES
			? archiveError(
					"archive.malformed",
					name,
					`the gzip header at offset ${count(at)} is longer than ${count(MAX_HEADER_BYTES)} bytes`,
				)
			: archiveError("weights.cut-off", name, "it is cut off inside a gzip header");
	if (bytes.length < FIXED_BYTES) throw cutOff();
	const flags = bytes[3]!;
	if (bytes.readUIntBE(0, 3) !== 0x1f8b08 || (flags & HAS.unknown) !== 0) {
		throw archiveError("archive.malformed", name, `there is no gzip header at offset ${count(at)}`);
	}
	let end = FIXED_BYTES;
	if ((flags & HAS.extra) !== 0) {
		if (bytes.length < end + 2) throw cutOff();
		end += 2 + bytes.readUInt16LE(end);
	}
	for (const text of [HAS.name, HAS.comment]) {
		if ((flags & text) === 0) continue;
		const stop = bytes.indexOf(0, end);
		if (stop === -1) throw cutOff();
		end = stop + 1;
	}
	if ((flags & HAS.checksum) !== 0) end += 2;
	if (end > bytes.length) throw cutOff();
	return end;
}

/** Tapes are filled up with zeros; anything else is not part of the file. */
async function notZero(source: ReadAt, at: number): Promise<number> {
	const rest = await source.read(at, MAX_HEADER_BYTES);
	const onlyZeros = at + rest.length === source.size && rest.every((byte) => byte === 0);
	return onlyZeros ? 0 : source.size - at;
}
