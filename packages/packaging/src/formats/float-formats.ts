/** A way to write a real number in 8, 16, 32 or 64 bits, by its name in safetensors. */
export type FloatFormat = "F64" | "F32" | "F16" | "BF16" | "F8_E4M3" | "F8_E4M3FNUZ" | "F8_E5M2" | "F8_E5M2FNUZ" | "F8_E8M0";

export const FLOAT_BYTES: Readonly<Record<FloatFormat, number>> = {
	F64: 8,
	F32: 4,
	F16: 2,
	BF16: 2,
	F8_E4M3: 1,
	F8_E4M3FNUZ: 1,
	F8_E5M2: 1,
	F8_E5M2FNUZ: 1,
	F8_E8M0: 1,
};

/** Views of numbers must begin at a multiple of their size. A copy, and not by `slice`: that of a Buffer copies nothing. */
export function alignedBytes(bytes: Uint8Array, size: number): Uint8Array {
	return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

/** The numbers that little-endian bytes hold. Bytes of an unfinished number at the end are left out. */
export function decodeFloats(format: FloatFormat, bytes: Uint8Array): Float32Array | Float64Array {
	const size = FLOAT_BYTES[format];
	const count = Math.floor(bytes.length / size);
	const aligned = alignedBytes(bytes, size);
	if (format === "F64") return new Float64Array(aligned.buffer, aligned.byteOffset, count);
	if (format === "F32") return new Float32Array(aligned.buffer, aligned.byteOffset, count);
	const codes = size === 2 ? new Uint16Array(aligned.buffer, aligned.byteOffset, count) : aligned;
	const table = tableOf(format);
	const values = new Float32Array(count);
	for (let index = 0; index < count; index++) values[index] = table[codes[index]!]!;
	return values;
}

const tables = new Map<FloatFormat, Float32Array>();

/** The value of each code; made once. */
function tableOf(format: FloatFormat): Float32Array {
	const made = tables.get(format) ?? makeTable(format);
	tables.set(format, made);
	return made;
}

function makeTable(format: FloatFormat): Float32Array {
	switch (format) {
		case "F16":
			return table(16, 5, 15, ieee);
		case "BF16":
			return table(16, 8, 127, ieee);
		case "F8_E5M2":
			return table(8, 5, 15, ieee);
		// All ones is NaN, and there is no infinity.
		case "F8_E4M3":
			return table(8, 4, 7, ({ code }) => ((code & 0x7f) === 0x7f ? Number.NaN : undefined));
		// What would be minus zero is NaN, and there is no infinity.
		case "F8_E4M3FNUZ":
			return table(8, 4, 8, ({ code }) => (code === 0x80 ? Number.NaN : undefined));
		case "F8_E5M2FNUZ":
			return table(8, 5, 16, ({ code }) => (code === 0x80 ? Number.NaN : undefined));
		// Only an exponent, for scales.
		default:
			return Float32Array.from({ length: 256 }, (_, code) => (code === 255 ? Number.NaN : 2 ** (code - 127)));
	}
}

interface Code {
	readonly code: number;
	readonly sign: 1 | -1;
	readonly exponent: number;
	readonly mantissa: number;
	/** The exponent of all ones. */
	readonly top: number;
}

type Special = (code: Code) => number | undefined;

function ieee({ sign, exponent, mantissa, top }: Code): number | undefined {
	if (exponent < top) return undefined;
	return mantissa > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
}

function table(bits: number, exponentBits: number, bias: number, special: Special): Float32Array {
	const mantissaBits = bits - 1 - exponentBits;
	const mantissas = 2 ** mantissaBits;
	const exponents = 2 ** exponentBits;
	return Float32Array.from({ length: 2 ** bits }, (_, code) => {
		const sign = code >= 2 ** (bits - 1) ? -1 : 1;
		const exponent = Math.floor(code / mantissas) % exponents;
		const mantissa = code % mantissas;
		const found = special({ code, sign, exponent, mantissa, top: exponents - 1 });
		if (found !== undefined) return found;
		if (exponent === 0) return sign * (mantissa / mantissas) * 2 ** (1 - bias);
		return sign * (1 + mantissa / mantissas) * 2 ** (exponent - bias);
	});
}
