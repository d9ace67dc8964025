import type { ReadAt } from "../files/read-at.ts";
import { countValues, noValues } from "./count-values.ts";
import { decodeFloats, FLOAT_BYTES, type FloatFormat } from "./float-formats.ts";

/** What the values of a tensor are like, as far as they were looked at. */
export interface ValueSample {
	/** How many were looked at. */
	readonly count: number;
	readonly zero: number;
	readonly nan: number;
	readonly positiveInfinity: number;
	readonly negativeInfinity: number;
	/** Whether all are the very same. */
	readonly constant: boolean;
	/** Of some thousand finite values; NaN when there are none. */
	readonly standardDeviation: number;
	/** Whether all values were looked at. */
	readonly complete: boolean;
	readonly bytesRead: number;
}

const WINDOW_BYTES = 256 * 1024;
/** A tensor that is too large is looked at in so many places, its first and its last bytes among them. */
const PIECES = 4;
/** Of each window, for the standard deviation. */
const SPREAD_VALUES = 1024;

/** Looks at the floats of a tensor: all of them when they fit into `maxBytes`, else at pieces spread over it. */
export async function sampleValues(
	source: ReadAt,
	format: FloatFormat,
	raw: { readonly offset: number; readonly bytes: number },
	maxBytes: number,
	signal?: AbortSignal,
): Promise<ValueSample> {
	const counts = noValues();
	const spread = new Spread();
	const complete = raw.bytes <= maxBytes;
	let bytesRead = 0;
	for (const [from, length] of complete ? windows(raw.bytes) : pieces(raw.bytes, maxBytes, FLOAT_BYTES[format])) {
		signal?.throwIfAborted();
		const bytes = await source.read(raw.offset + from, length);
		bytesRead += bytes.length;
		countValues(counts, format, bytes);
		spread.add(format, bytes);
	}
	const { count, zero, nan, positiveInfinity, negativeInfinity, constant } = counts;
	const standardDeviation = spread.standardDeviation();
	return { count, zero, nan, positiveInfinity, negativeInfinity, constant, standardDeviation, complete, bytesRead };
}

function* windows(bytes: number): Generator<readonly [from: number, length: number]> {
	for (let from = 0; from < bytes; from += WINDOW_BYTES) yield [from, Math.min(WINDOW_BYTES, bytes - from)];
}

function* pieces(bytes: number, maxBytes: number, size: number): Generator<readonly [from: number, length: number]> {
	const length = Math.max(size, Math.floor(maxBytes / PIECES / size) * size);
	for (let index = 0; index < PIECES; index++) {
		const from = Math.floor(((bytes - length) * index) / (PIECES - 1) / size) * size;
		yield [from, length];
	}
}

/** Whether the standard deviation is plausible shows in a few thousand values as well as in all. */
class Spread {
	#count = 0;
	/** Sums are taken of the distance from the first value: of large numbers close together the squares would lose the difference. */
	#origin: number | undefined;
	#sum = 0;
	#squares = 0;

	add(format: FloatFormat, bytes: Uint8Array): void {
		for (const value of decodeFloats(format, everyNth(bytes, FLOAT_BYTES[format]))) {
			if (!Number.isFinite(value)) continue;
			this.#origin ??= value;
			const distance = value - this.#origin;
			this.#count++;
			this.#sum += distance;
			this.#squares += distance * distance;
		}
	}

	standardDeviation(): number {
		const mean = this.#sum / this.#count;
		return Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean));
	}
}

function everyNth(bytes: Uint8Array, size: number): Uint8Array {
	const count = Math.floor(bytes.length / size);
	if (count <= SPREAD_VALUES) return bytes;
	const chosen = new Uint8Array(SPREAD_VALUES * size);
	for (let index = 0; index < SPREAD_VALUES; index++) {
		const from = Math.floor((index * count) / SPREAD_VALUES) * size;
		for (let byte = 0; byte < size; byte++) chosen[index * size + byte] = bytes[from + byte]!;
	}
	return chosen;
}
