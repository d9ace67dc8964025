import type { ReadAt } from "../files/read-at.ts";

export interface ValueSample {
	readonly count: number;
	readonly zero: number;
	readonly notFinite: number;
}

/**
 * Counts zeros, NaN and infinities among little-endian floats of ONNX type float32, float16, float64 or bfloat16: all of them
 * when they fit into `maxBytes`, else the first and the last half of that. Undefined for other types.
 */
export async function sampleValues(
	source: ReadAt,
	elemType: number,
	raw: { readonly offset: number; readonly bytes: number },
	maxBytes: number,
): Promise<ValueSample | undefined> {
	const format = FORMATS[elemType];
	if (format === undefined) return undefined;
	const half = Math.floor(maxBytes / 2 / format.bytes) * format.bytes;
	const parts =
		raw.bytes <= maxBytes
			? [[0, raw.bytes]]
			: [
					[0, half],
					[raw.bytes - half, half],
				];
	let count = 0;
	let zero = 0;
	let notFinite = 0;
	for (const [from, length] of parts) {
		const bytes = await source.read(raw.offset + from!, length!);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let at = 0; at + format.bytes <= bytes.length; at += format.bytes) {
			// The highest bytes hold sign and exponent; the exponent's bits are all set in NaN and infinity.
			const high = format.bytes === 2 ? view.getUint16(at, true) : view.getUint32(at + format.bytes - 4, true);
			count++;
			if ((high & format.exponent) >>> 0 === format.exponent) notFinite++;
			else if ((high & format.magnitude) === 0 && (format.bytes < 8 || view.getUint32(at, true) === 0)) zero++;
		}
	}
	return { count, zero, notFinite };
}

const FORMATS: Readonly<Record<number, { readonly bytes: number; readonly exponent: number; readonly magnitude: number }>> = {
	1: { bytes: 4, exponent: 0x7f80_0000, magnitude: 0x7fff_ffff },
	10: { bytes: 2, exponent: 0x7c00, magnitude: 0x7fff },
	11: { bytes: 8, exponent: 0x7ff0_0000, magnitude: 0x7fff_ffff },
	16: { bytes: 2, exponent: 0x7f80, magnitude: 0x7fff },
};
