/** What follows an opcode's byte. */
export const Argument = {
	none: 1,
	u1: 2,
	u2: 3,
	i4: 4,
	u4: 5,
	u8: 6,
	f8: 7,
	line: 8,
	twoLines: 9,
	/** A length of 1, 4 (signed or not) or 8 bytes, then that many bytes. */
	counted1: 10,
	countedI4: 11,
	countedU4: 12,
	counted8: 13,
} as const;

interface OpcodeRow {
	/** As in Python's pickletools. */
	readonly name: string;
	readonly argument: number;
}

const { none, u1, u2, i4, u4, u8, f8, line, twoLines, counted1, countedI4, countedU4, counted8 } = Argument;

/** The opcodes of pickle protocols 0 to 5, by byte; the spelling and the arguments are those of Python's pickletools. */
const ROWS: Readonly<Record<number, readonly [name: string, argument: number]>> = {
	40: ["MARK", none],
	41: ["EMPTY_TUPLE", none],
	46: ["STOP", none],
	48: ["POP", none],
	49: ["POP_MARK", none],
	50: ["DUP", none],
	66: ["BINBYTES", countedU4],
	67: ["SHORT_BINBYTES", counted1],
	70: ["FLOAT", line],
	71: ["BINFLOAT", f8],
	73: ["INT", line],
	74: ["BININT", i4],
	75: ["BININT1", u1],
	76: ["LONG", line],
	77: ["BININT2", u2],
	78: ["NONE", none],
	80: ["PERSID", line],
	81: ["BINPERSID", none],
	82: ["REDUCE", none],
	83: ["STRING", line],
	84: ["BINSTRING", countedI4],
	85: ["SHORT_BINSTRING", counted1],
	86: ["UNICODE", line],
	88: ["BINUNICODE", countedU4],
	93: ["EMPTY_LIST", none],
	97: ["APPEND", none],
	98: ["BUILD", none],
	99: ["GLOBAL", twoLines],
	100: ["DICT", none],
	101: ["APPENDS", none],
	103: ["GET", line],
	104: ["BINGET", u1],
	105: ["INST", twoLines],
	106: ["LONG_BINGET", u4],
	108: ["LIST", none],
	111: ["OBJ", none],
	112: ["PUT", line],
	113: ["BINPUT", u1],
	114: ["LONG_BINPUT", u4],
	115: ["SETITEM", none],
	116: ["TUPLE", none],
	117: ["SETITEMS", none],
	125: ["EMPTY_DICT", none],
	128: ["PROTO", u1],
	129: ["NEWOBJ", none],
	130: ["EXT1", u1],
	131: ["EXT2", u2],
	132: ["EXT4", i4],
	133: ["TUPLE1", none],
	134: ["TUPLE2", none],
	135: ["TUPLE3", none],
	136: ["NEWTRUE", none],
	137: ["NEWFALSE", none],
	138: ["LONG1", counted1],
	139: ["LONG4", countedI4],
	140: ["SHORT_BINUNICODE", counted1],
	141: ["BINUNICODE8", counted8],
	142: ["BINBYTES8", counted8],
	143: ["EMPTY_SET", none],
	144: ["ADDITEMS", none],
	145: ["FROZENSET", none],
	146: ["NEWOBJ_EX", none],
	147: ["STACK_GLOBAL", none],
	148: ["MEMOIZE", none],
	149: ["FRAME", u8],
	150: ["BYTEARRAY8", counted8],
	151: ["NEXT_BUFFER", none],
	152: ["READONLY_BUFFER", none],
};

/** By byte; undefined where no protocol has an opcode. */
export const OPCODES: readonly (OpcodeRow | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
	const row = ROWS[byte];
	return row === undefined ? undefined : { name: row[0], argument: row[1] };
});

/** The argument by byte, 0 where there is no opcode: the walker's inner loop reads it. */
export const ARGUMENTS: Uint8Array = Uint8Array.from(OPCODES, (row) => row?.argument ?? 0);
