import { ARGUMENTS, Argument, OPCODES } from "./opcodes.ts";

const NEWLINE = 10;
const IMPORTS = new Set(["GLOBAL", "INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"]);
const ACTS = new Set(["REDUCE", "OBJ", "INST", "BUILD", "NEWOBJ", "NEWOBJ_EX", "STOP"]);
/** They take nothing from the stack: one of them stands first. */
const FIRST = new Set(
	(
		"PROTO FRAME MARK EMPTY_TUPLE EMPTY_LIST EMPTY_DICT EMPTY_SET NONE NEWTRUE NEWFALSE INT LONG FLOAT BININT BININT1 BININT2 LONG1 " +
		"LONG4 BINFLOAT STRING UNICODE BINSTRING SHORT_BINSTRING BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES " +
		"BINBYTES8 BYTEARRAY8 GLOBAL EXT1 EXT2 EXT4"
	).split(" "),
);
const byNames = (names: ReadonlySet<string>): Uint8Array =>
	Uint8Array.from(OPCODES, (row) => (names.has(row?.name ?? "") ? 1 : 0));
const IS_IMPORT = byNames(IMPORTS);
const IS_ACT = byNames(ACTS);
const IS_FIRST = byNames(FIRST);

/**
 * Whether the bytes of a literal may be a pickle that imports something and then does something with it: worth a run of the machine.
 * Text and numbers break off at once, in a walk over the opcodes without a stack.
 */
export function mayActAsPickle(bytes: Uint8Array): boolean {
	if (bytes.length < 4 || IS_FIRST[bytes[0]!] === 0) return false;
	// With a header it is rare enough, and may hold the next one.
	if (bytes[0] === 0x80 && bytes[1]! <= 5) return true;
	let imported = false;
	for (let at = 0; at < bytes.length; ) {
		const opcode = bytes[at]!;
		if (imported && IS_ACT[opcode] === 1) return true;
		imported ||= IS_IMPORT[opcode] === 1;
		at = behind(bytes, at + 1, ARGUMENTS[opcode]!);
		if (at < 0) return false;
		// INST imports and acts in one.
		if (opcode === 105) return true;
	}
	return false;
}

/** Offset behind an argument, or -1 where the bytes end or no opcode stands. */
function behind(bytes: Uint8Array, at: number, argument: number): number {
	switch (argument) {
		case 0:
			return -1;
		case Argument.none:
			return at;
		case Argument.u1:
			return at + 1;
		case Argument.u2:
			return at + 2;
		case Argument.i4:
		case Argument.u4:
			return at + 4;
		case Argument.u8:
		case Argument.f8:
			return at + 8;
		case Argument.line:
			return line(bytes, at);
		case Argument.twoLines: {
			const middle = line(bytes, at);
			return middle < 0 ? -1 : line(bytes, middle);
		}
		case Argument.counted1:
			return within(bytes, at + 1 + (bytes[at] ?? 0));
		default: {
			const wide = argument === Argument.counted8 ? 8 : 4;
			if (at + wide > bytes.length) return -1;
			const low = bytes[at]! + bytes[at + 1]! * 2 ** 8 + bytes[at + 2]! * 2 ** 16 + bytes[at + 3]! * 2 ** 24;
			return wide === 8 && bytes.subarray(at + 4, at + 8).some((byte) => byte !== 0) ? -1 : within(bytes, at + wide + low);
		}
	}
}

function line(bytes: Uint8Array, at: number): number {
	const end = bytes.indexOf(NEWLINE, at);
	return end < 0 ? -1 : end + 1;
}

function within(bytes: Uint8Array, at: number): number {
	return at <= bytes.length ? at : -1;
}
