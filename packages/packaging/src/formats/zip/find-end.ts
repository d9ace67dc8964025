import { archiveError, count } from "../../archive/archive-error.ts";
import { MAX_ENTRIES, tooManyEntries } from "../../archive/entry-names.ts";
import type { ReadAt } from "../../files/read-at.ts";

const END_BYTES = 22;
const END_64 = 0x0606_4b50;
const END_64_BYTES = 56;
const LOCATOR = 0x0706_4b50;
const LOCATOR_BYTES = 20;
const DIRECTORY = 0x0201_4b50;
const MAX_COMMENT_BYTES = 65_535;

/** Where a zip archive's central directory lies. */
export interface ZipEnd {
	readonly entries: number;
	/** Offset in the file, whatever stands before the archive. */
	readonly directoryAt: number;
	readonly directoryBytes: number;
	/** What must be added to the archive's own offsets: bytes that stand before it. */
	readonly shift: number;
	/** Bytes after the end record and its comment. */
	readonly trailingBytes: number;
}

interface Record {
	readonly disks: readonly number[];
	readonly entriesHere: number;
	readonly entries: number;
	readonly directoryBytes: number;
	readonly directoryOffset: number;
}

/**
 * Finds the end record in the last 64 KiB, with its zip64 form; undefined when there is none. Throws HeadgateError `archive.malformed`,
 * `archive.tampered` and `archive.too-many-files`.
 */
export async function findEnd(source: ReadAt, name: string): Promise<ZipEnd | undefined> {
	const tailAt = Math.max(0, source.size - END_BYTES - MAX_COMMENT_BYTES);
	const tail = Buffer.from(await source.read(tailAt, source.size - tailAt));
	const at = lastEnd(tail, name);
	if (at === undefined) return undefined;
	const trailingBytes = tail.length - at - END_BYTES - tail.readUInt16LE(at + 20);
	if (trailingBytes < 0) throw archiveError("archive.malformed", name, "its comment goes on beyond the end of the file");
	const small = parseEnd(tail, at);
	const { record, recordAt } = (await wideEnd(source, name, tailAt + at, small)) ?? { record: small, recordAt: tailAt + at };
	if (record.disks.some((disk) => disk !== 0)) throw archiveError("archive.malformed", name, "it is one part of several");
	if (record.entries > MAX_ENTRIES) throw tooManyEntries(name, record.entries);
	if (record.entriesHere !== record.entries) {
		const message = `its end says ${count(record.entriesHere)} entries and ${count(record.entries)}`;
		throw archiveError("archive.tampered", name, message);
	}
	const { entries, directoryBytes } = record;
	return { entries, directoryBytes, trailingBytes, ...(await placeOf(source, name, record, recordAt)) };
}

/** The last end record of the tail. Two that both end with the file would be two archives in one. */
function lastEnd(tail: Buffer, name: string): number | undefined {
	const places: number[] = [];
	for (let at = tail.indexOf("PK\x05\x06", 0, "latin1"); at !== -1; at = tail.indexOf("PK\x05\x06", at + 4, "latin1")) {
		if (at + END_BYTES <= tail.length) places.push(at);
	}
	const last = places.pop();
	const rival = places.find((at) => at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length);
	if (rival !== undefined)
		throw archiveError("archive.tampered", name, "it has two end records: programs differ in which they use");
	return last;
}

function parseEnd(tail: Buffer, at: number): Record {
	return {
		disks: [tail.readUInt16LE(at + 4), tail.readUInt16LE(at + 6)],
		entriesHere: tail.readUInt16LE(at + 8),
		entries: tail.readUInt16LE(at + 10),
		directoryBytes: tail.readUInt32LE(at + 12),
		directoryOffset: tail.readUInt32LE(at + 16),
	};
}

/** The zip64 end record, when a locator stands before the end record. What both say must agree. */
async function wideEnd(
	source: ReadAt,
	name: string,
	endAt: number,
	small: Record,
): Promise<{ readonly record: Record; readonly recordAt: number } | undefined> {
	if (endAt < LOCATOR_BYTES) return undefined;
	const locator = Buffer.from(await source.read(endAt - LOCATOR_BYTES, LOCATOR_BYTES));
	if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== LOCATOR) return undefined;
	const said = safe(locator.readBigUInt64LE(8));
	// Python looks right before the locator, others where the locator points to: with bytes before the archive only the first is right.
	const near = endAt - LOCATOR_BYTES - END_64_BYTES;
	const recordAt = (await signatureAt(source, near)) === END_64 ? near : said;
	const bytes = Buffer.from(await source.read(recordAt, END_64_BYTES));
	if (bytes.length < END_64_BYTES || bytes.readUInt32LE(0) !== END_64) {
		throw archiveError("archive.malformed", name, `there is no zip64 end record at offset ${count(said)}`);
	}
	if (said !== recordAt && (await signatureAt(source, said)) === END_64) {
		throw archiveError("archive.tampered", name, "it has two zip64 end records: programs differ in which they use");
	}
	const record: Record = {
		disks: [bytes.readUInt32LE(16), bytes.readUInt32LE(20)],
		entriesHere: safe(bytes.readBigUInt64LE(24)),
		entries: safe(bytes.readBigUInt64LE(32)),
		directoryBytes: safe(bytes.readBigUInt64LE(40)),
		directoryOffset: safe(bytes.readBigUInt64LE(48)),
	};
	const agrees =
		agree(small.entries, record.entries, 0xffff) &&
		agree(small.directoryBytes, record.directoryBytes, 0xffff_ffff) &&
		agree(small.directoryOffset, record.directoryOffset, 0xffff_ffff);
	if (!agrees) throw archiveError("archive.tampered", name, "its two end records (zip and zip64) disagree");
	return { record, recordAt };
}

function agree(small: number, wide: number, notSaid: number): boolean {
	return small === notSaid || small === wide;
}

/** The central directory ends where the end record begins, so bytes before the archive show in its offset. */
async function placeOf(
	source: ReadAt,
	name: string,
	{ directoryOffset, directoryBytes, entries }: Record,
	recordAt: number,
): Promise<{ readonly directoryAt: number; readonly shift: number }> {
	const shift = recordAt - directoryBytes - directoryOffset;
	if (shift < 0) {
		const message = `its central directory would lie at ${count(directoryOffset)} with ${count(directoryBytes)} bytes, its end record is at ${count(recordAt)}`;
		throw archiveError("archive.malformed", name, message);
	}
	if (shift > 0 && entries > 0 && (await signatureAt(source, directoryOffset)) === DIRECTORY) {
		const message = `a central directory lies where its end says (offset ${count(directoryOffset)}) and ${count(shift)} bytes do not belong to it`;
		throw archiveError("archive.tampered", name, message);
	}
	if (entries > 0 && (await signatureAt(source, directoryOffset + shift)) !== DIRECTORY) {
		throw archiveError("archive.malformed", name, `there is no central directory at offset ${count(directoryOffset)}`);
	}
	return { directoryAt: directoryOffset + shift, shift };
}

async function signatureAt(source: ReadAt, at: number): Promise<number | undefined> {
	if (at < 0 || at + 4 > source.size) return undefined;
	const bytes = Buffer.from(await source.read(at, 4));
	return bytes.length < 4 ? undefined : bytes.readUInt32LE(0);
}

/** Offsets and sizes beyond 2^53 lie outside of every file: the largest number stands for them all. */
function safe(value: bigint): number {
	return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
