import type { Random } from "./random.ts";

/** Pieces of pickles that attackers use, whole opcodes each. */
const PIECES: readonly Uint8Array[] = [
	"cposix\nsystem\n",
	"ios\nsystem\n",
	"cbuiltins\ngetattr\n",
	"c__builtin__\neval\n",
	"\x8c\x05posix\x8c\x06system\x93",
	"V\nV\n\x93",
	"\x93",
	"(",
	"0",
	"1",
	"2",
	"R",
	"b",
	"o",
	"\x81",
	"\x92",
	"\x82\x01",
	"\x84\xff\xff\xff\x7f",
	"h\x00",
	"j\xff\xff\xff\xff",
	"q\x00",
	"r\xff\xff\xff\x7f",
	"\x94",
	"P1\n",
	"Q",
	"t",
	"\x85",
	"s",
	"u",
	"a",
	"e",
	"\x90",
	"\x91",
	"\x97",
	"\x98",
	"\x80\x05",
	"\x95\xff\xff\xff\xff\xff\xff\xff\xff",
	"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f",
	"\x8b\xff\xff\xff\xff",
	"B\xff\xff\xff\x7f",
	"I99999999999999999999\n",
	"L\n",
	"S'a'\n",
	'S"\\x41\n',
	"C\x0b\x80\x04cos\nsystem\n",
	".",
].map((text) => Buffer.from(text, "latin1"));

/** Puts a piece in, takes some bytes out, or does both. */
export function mutatePickle(bytes: Uint8Array, random: Random): Uint8Array {
	let changed = Buffer.from(bytes);
	for (let count = 1 + random.below(3); count > 0; count--) {
		const at = random.below(changed.length + 1);
		const dropped = random.below(3) === 0 ? random.below(4) : 0;
		changed = Buffer.concat([changed.subarray(0, at), random.pick(PIECES), changed.subarray(at + dropped)]);
	}
	return changed;
}
