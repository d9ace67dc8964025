import { alignedBytes, FLOAT_BYTES, type FloatFormat } from "./float-formats.ts";

/** How often each kind of value occurs. */
export interface ValueCounts {
	count: number;
	zero: number;
	nan: number;
	positiveInfinity: number;
	negativeInfinity: number;
	/** Whether every value so far is the very same. */
	constant: boolean;
	/** The code of the first value; undefined before there is one. */
	first: number | undefined;
}

export function noValues(): ValueCounts {
	return { count: 0, zero: 0, nan: 0, positiveInfinity: 0, negativeInfinity: 0, constant: true, first: undefined };
}

/** How the codes of a format tell their kind. Of 64-bit numbers it speaks of the higher half. */
interface Kinds {
	/** The bits without the sign. */
	readonly magnitude: number;
	/** From this magnitude on a value is not finite. */
	readonly limit: number;
	/** The magnitude that is infinity; above it is NaN. */
	readonly infinity: number;
	/** A single code that is NaN besides. */
	readonly nan: number;
}

const NONE = -1;
const KINDS: Readonly<Record<FloatFormat, Kinds>> = {
	F64: { magnitude: 0x7fff_ffff, limit: 0x7ff0_0000, infinity: 0x7ff0_0000, nan: NONE },
	F32: { magnitude: 0x7fff_ffff, limit: 0x7f80_0000, infinity: 0x7f80_0000, nan: NONE },
	F16: { magnitude: 0x7fff, limit: 0x7c00, infinity: 0x7c00, nan: NONE },
	BF16: { magnitude: 0x7fff, limit: 0x7f80, infinity: 0x7f80, nan: NONE },
	F8_E5M2: { magnitude: 0x7f, limit: 0x7c, infinity: 0x7c, nan: NONE },
	F8_E4M3: { magnitude: 0x7f, limit: 0x7f, infinity: NONE, nan: NONE },
	F8_E4M3FNUZ: { magnitude: 0x7f, limit: 0x80, infinity: NONE, nan: 0x80 },
	F8_E5M2FNUZ: { magnitude: 0x7f, limit: 0x80, infinity: NONE, nan: 0x80 },
	F8_E8M0: { magnitude: 0xff, limit: 0xff, infinity: NONE, nan: NONE },
};

/** Adds the values that little-endian bytes hold. It looks at bits alone, which is many times faster than at numbers. */
export function countValues(counts: ValueCounts, format: FloatFormat, bytes: Uint8Array): void {
	const size = FLOAT_BYTES[format];
	const count = Math.floor(bytes.length / size);
	if (count === 0) return;
	const aligned = alignedBytes(bytes, size);
	const { buffer, byteOffset } = aligned;
	counts.count += count;
	if (size === 8) countWide(counts, KINDS[format], new Int32Array(buffer, byteOffset, 2 * count));
	else if (size === 4) countFour(counts, KINDS[format], new Int32Array(buffer, byteOffset, count));
	else if (size === 2) countTwo(counts, KINDS[format], new Uint16Array(buffer, byteOffset, count));
	else countOne(counts, KINDS[format], aligned);
}

function addOdd(counts: ValueCounts, { magnitude, infinity }: Kinds, code: number, sign: number): void {
	if ((code & magnitude) !== infinity) counts.nan++;
	else if ((code & sign) === 0) counts.positiveInfinity++;
	else counts.negativeInfinity++;
}

// The loops below differ in nothing but the width of their numbers: one loop for all widths runs several times slower.

function countWide(counts: ValueCounts, kinds: Kinds, halves: Int32Array): void {
	const { magnitude, limit } = kinds;
	const low = halves[0]!;
	const high = halves[1]!;
	counts.first ??= high * 2 ** 32 + low;
	let same = counts.constant && counts.first === high * 2 ** 32 + low;
	let zero = 0;
	for (let index = 0; index < halves.length; index += 2) {
		const code = halves[index + 1]!;
		const size = code & magnitude;
		if (size >= limit) {
			const nan = size > limit || halves[index] !== 0;
			if (nan) counts.nan++;
			else addOdd(counts, kinds, code, 0x8000_0000);
		} else if (size === 0 && halves[index] === 0) zero++;
		if (code !== high || halves[index] !== low) same = false;
	}
	counts.zero += zero;
	counts.constant = same;
}

function countFour(counts: ValueCounts, kinds: Kinds, codes: Int32Array): void {
	const { magnitude, limit } = kinds;
	const first = codes[0]!;
	counts.first ??= first;
	let same = counts.constant && counts.first === first;
	let zero = 0;
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index]!;
		const size = code & magnitude;
		if (size >= limit) addOdd(counts, kinds, code, 0x8000_0000);
		else if (size === 0) zero++;
		if (code !== first) same = false;
	}
	counts.zero += zero;
	counts.constant = same;
}

function countTwo(counts: ValueCounts, kinds: Kinds, codes: Uint16Array): void {
	const { magnitude, limit } = kinds;
	const first = codes[0]!;
	counts.first ??= first;
	let same = counts.constant && counts.first === first;
	let zero = 0;
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index]!;
		const size = code & magnitude;
		if (size >= limit) addOdd(counts, kinds, code, 0x8000);
		else if (size === 0) zero++;
		if (code !== first) same = false;
	}
	counts.zero += zero;
	counts.constant = same;
}

function countOne(counts: ValueCounts, kinds: Kinds, codes: Uint8Array): void {
	const { magnitude, limit, nan } = kinds;
	const first = codes[0]!;
	counts.first ??= first;
	let same = counts.constant && counts.first === first;
	let zero = 0;
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index]!;
		const size = code & magnitude;
		if (size >= limit || code === nan) addOdd(counts, kinds, code, 0x80);
		else if (size === 0) zero++;
		if (code !== first) same = false;
	}
	counts.zero += zero;
	counts.constant = same;
}
