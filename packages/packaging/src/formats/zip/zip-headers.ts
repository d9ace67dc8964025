import { archiveError, count, shownName } from "../../archive/archive-error.ts";
import type { ReadAt } from "../../files/read-at.ts";
import type { ZipEnd } from "./find-end.ts";

const CENTRAL = 0x0201_4b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x0403_4b50;
const LOCAL_BYTES = 30;
const NOT_SAID_32 = 0xffff_ffff;
const ZIP64 = 0x0001;
const UNICODE_PATH = 0x7075;

/** A header as it stands, in the central directory or before the content. */
export interface ZipHeader {
	readonly nameBytes: Buffer;
	readonly flags: number;
	readonly method: number;
	readonly crc32: number;
	readonly compressedBytes: number;
	readonly bytes: number;
	/** Bytes of the header with its name and extra fields. */
	readonly headerBytes: number;
	/** Offset of the local header, as the central directory says; 0 in a local header. */
	readonly localOffset: number;
	/** UNIX mode; 0 in a local header. */
	readonly mode: number;
	/** Another name for programs that know the Info-ZIP extra field. */
	readonly otherName: Buffer | undefined;
}

/** The headers of the central directory. Throws HeadgateError `archive.malformed` and `archive.tampered`. */
export async function* centralHeaders(source: ReadAt, name: string, end: ZipEnd): AsyncGenerator<ZipHeader> {
	let at = end.directoryAt;
	const stop = end.directoryAt + end.directoryBytes;
	for (let index = 0; index < end.entries; index++) {
		const fixed = Buffer.from(await source.read(at, CENTRAL_BYTES));
		const length = fixed.length < CENTRAL_BYTES ? 0 : fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);
		if (fixed.length < CENTRAL_BYTES || at + CENTRAL_BYTES + length > stop || fixed.readUInt32LE(0) !== CENTRAL) {
			const message = `its central directory is damaged at offset ${count(at)}, at entry ${count(index + 1)} of ${count(end.entries)}`;
			throw archiveError("archive.malformed", name, message);
		}
		const bytes = Buffer.from(await source.read(at, CENTRAL_BYTES + length));
		yield parseCentral(bytes, name);
		at += CENTRAL_BYTES + length;
	}
	if (at !== stop) {
		const message = `its central directory has ${count(stop - at)} bytes after the ${count(end.entries)} entries that its end counts`;
		throw archiveError("archive.tampered", name, message);
	}
}

function parseCentral(bytes: Buffer, name: string): ZipHeader {
	const nameEnd = CENTRAL_BYTES + bytes.readUInt16LE(28);
	const nameBytes = bytes.subarray(CENTRAL_BYTES, nameEnd);
	const extra = extraFields(bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30)));
	const wide = wideNumbers(extra.get(ZIP64));
	const size = bytes.readUInt32LE(24);
	const compressed = bytes.readUInt32LE(20);
	const offset = bytes.readUInt32LE(42);
	// The extra field holds only what did not fit, in this order.
	const values = [size, compressed, offset].map((value) => (value === NOT_SAID_32 ? wide.shift() : value));
	if (values.includes(undefined)) {
		throw archiveError("archive.malformed", name, `the entry ${shownName(nameBytes.toString())} lacks its zip64 sizes`);
	}
	return {
		nameBytes,
		flags: bytes.readUInt16LE(8),
		method: bytes.readUInt16LE(10),
		crc32: bytes.readUInt32LE(16),
		bytes: values[0]!,
		compressedBytes: values[1]!,
		localOffset: values[2]!,
		headerBytes: bytes.length,
		mode: bytes.readUInt16LE(40),
		otherName: otherName(extra),
	};
}

/** The header before an entry's content, or undefined when there is none. */
export async function localHeader(source: ReadAt, at: number): Promise<ZipHeader | undefined> {
	const fixed = Buffer.from(await source.read(at, LOCAL_BYTES));
	if (fixed.length < LOCAL_BYTES || fixed.readUInt32LE(0) !== LOCAL) return undefined;
	const nameEnd = LOCAL_BYTES + fixed.readUInt16LE(26);
	const headerBytes = nameEnd + fixed.readUInt16LE(28);
	const bytes = Buffer.from(await source.read(at, headerBytes));
	if (bytes.length < headerBytes) return undefined;
	const extra = extraFields(bytes.subarray(nameEnd));
	const wide = wideNumbers(extra.get(ZIP64));
	const [size, compressed] = [bytes.readUInt32LE(22), bytes.readUInt32LE(18)].map((value) =>
		value === NOT_SAID_32 ? (wide.shift() ?? value) : value,
	);
	return {
		nameBytes: bytes.subarray(LOCAL_BYTES, nameEnd),
		flags: bytes.readUInt16LE(6),
		method: bytes.readUInt16LE(8),
		crc32: bytes.readUInt32LE(14),
		bytes: size!,
		compressedBytes: compressed!,
		localOffset: 0,
		headerBytes,
		mode: 0,
		otherName: otherName(extra),
	};
}

/** The first extra field of each kind; a damaged rest is ignored, as every reader does. */
function extraFields(bytes: Buffer): Map<number, Buffer> {
	const fields = new Map<number, Buffer>();
	for (let at = 0; at + 4 <= bytes.length; ) {
		const kind = bytes.readUInt16LE(at);
		const stop = at + 4 + bytes.readUInt16LE(at + 2);
		if (stop > bytes.length) break;
		if (!fields.has(kind)) fields.set(kind, bytes.subarray(at + 4, stop));
		at = stop;
	}
	return fields;
}

function wideNumbers(field: Buffer | undefined): number[] {
	const numbers: number[] = [];
	for (let at = 0; field !== undefined && at + 8 <= field.length; at += 8) {
		const value = field.readBigUInt64LE(at);
		numbers.push(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value));
	}
	return numbers;
}

/** Version byte, checksum of the plain name, then the name. */
function otherName(extra: ReadonlyMap<number, Buffer>): Buffer | undefined {
	const field = extra.get(UNICODE_PATH);
	return field === undefined || field.length < 5 ? undefined : field.subarray(5);
}
