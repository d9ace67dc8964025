import { isUtf8 } from "node:buffer";

export const BLOCK_BYTES = 512;
const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;

/** A header block as it stands. */
export interface TarHeader {
	readonly name: string;
	readonly bytes: number;
	/** One character; `\0` counts as `0`. */
	readonly type: string;
}

/** A header block, or what is wrong with it. */
export function parseHeader(block: Buffer): TarHeader | string {
	const said = number(block, CHECKSUM_AT, CHECKSUM_BYTES);
	if (said === undefined || !checksums(block).includes(said)) return "the checksum of its header is wrong";
	const bytes = number(block, 124, 12);
	if (bytes === undefined) return "its size is not a number";
	// The old GNU form keeps times where POSIX keeps the first part of a long name.
	const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
	const prefix = isPosix ? text(block, 345, 155) : "";
	const name = text(block, 0, 100);
	const type = block[156] === 0 ? "0" : String.fromCharCode(block[156]!);
	return { name: prefix === "" ? name : `${prefix}/${name}`, bytes, type };
}

/** What a name's bytes say; U+FFFD, which no name may hold, where they are not UTF-8. */
export function textOf(bytes: Buffer): string {
	return isUtf8(bytes) ? bytes.toString() : "\ufffd";
}

/** Some old programs added signed bytes. */
function checksums(block: Buffer): readonly number[] {
	let unsigned = 0;
	let signed = 0;
	for (let index = 0; index < BLOCK_BYTES; index++) {
		const inField = index >= CHECKSUM_AT && index < CHECKSUM_AT + CHECKSUM_BYTES;
		const byte = inField ? 0x20 : block[index]!;
		unsigned += byte;
		signed += byte > 127 ? byte - 256 : byte;
	}
	return [unsigned, signed];
}

function text(block: Buffer, at: number, length: number): string {
	const field = block.subarray(at, at + length);
	const end = field.indexOf(0);
	return textOf(end === -1 ? field : field.subarray(0, end));
}

/** Octal digits, or with its first bit set a binary number; beyond 2^53 the largest number stands for all. */
function number(block: Buffer, at: number, length: number): number | undefined {
	const field = block.subarray(at, at + length);
	if (field[0] === 0x80) {
		const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
		return Math.min(value, Number.MAX_SAFE_INTEGER);
	}
	const digits = /^[ \0]*([0-7]*)(?:[ \0]|$)/.exec(field.toString("latin1"))?.[1];
	return digits === undefined ? undefined : Number.parseInt(digits || "0", 8);
}
