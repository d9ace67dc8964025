import type { ReadAt } from "../../files/read-at.ts";

const PIECE_BYTES = 256 * 1024;
/** Zeros after the end of an archive are looked through as far as this. */
const MAX_PADDING_BYTES = 1024 * 1024;

/** Bytes that come one after another, from a file or from what unpacks one. */
export interface ByteFeed {
	/** Bytes taken or skipped so far. */
	at(): number;
	/** Bytes left; undefined where that is not known. */
	left(): number | undefined;
	/** The next bytes, fewer only at the end. */
	take(length: number): Promise<Buffer>;
	/** The next bytes in pieces, fewer only at the end. */
	pieces(length: number): AsyncGenerator<Uint8Array>;
	/** Passes over bytes; false when they are not all there. */
	skip(length: number): Promise<boolean>;
	/** Reads to the end; the number of bytes left, or 0 when they are only zeros. */
	finish(): Promise<number>;
}

export function fileFeed(source: ReadAt, signal?: AbortSignal): ByteFeed {
	let at = 0;
	const take = async (length: number): Promise<Buffer> => {
		signal?.throwIfAborted();
		const bytes = await source.read(at, length);
		at += bytes.length;
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	};
	return {
		at: () => at,
		left: () => source.size - at,
		take,
		async *pieces(length) {
			for (let left = length; left > 0; ) {
				const piece = await take(Math.min(left, PIECE_BYTES));
				if (piece.length === 0) return;
				left -= piece.length;
				yield piece;
			}
		},
		async skip(length) {
			at += length;
			return at <= source.size;
		},
		async finish() {
			const left = source.size - at;
			if (left > MAX_PADDING_BYTES) return left;
			return isZero(await source.read(at, left)) ? 0 : left;
		},
	};
}

/** Over a stream, of which one piece is held at a time. */
export function streamFeed(stream: AsyncIterator<Uint8Array>): ByteFeed {
	let at = 0;
	let held: Uint8Array = new Uint8Array(0);
	/** At most `length` bytes of the piece at hand, or none at the end. */
	const some = async (length: number): Promise<Uint8Array> => {
		while (held.length === 0) {
			const { value, done } = await stream.next();
			if (done === true) return held;
			held = value;
		}
		const piece = held.subarray(0, length);
		held = held.subarray(piece.length);
		at += piece.length;
		return piece;
	};
	async function* pieces(length: number): AsyncGenerator<Uint8Array> {
		for (let left = length; left > 0; ) {
			const piece = await some(left);
			if (piece.length === 0) return;
			left -= piece.length;
			yield piece;
		}
	}
	return {
		at: () => at,
		left: () => undefined,
		async take(length) {
			const parts: Uint8Array[] = [];
			for await (const piece of pieces(length)) parts.push(piece);
			return Buffer.concat(parts);
		},
		pieces,
		async skip(length) {
			const end = at + length;
			for await (const _ of pieces(length));
			return at === end;
		},
		async finish() {
			let bytes = 0;
			let zeros = true;
			for await (const piece of pieces(Number.MAX_SAFE_INTEGER)) {
				bytes += piece.length;
				zeros &&= isZero(piece);
			}
			return zeros ? 0 : bytes;
		},
	};
}

export function isZero(bytes: Uint8Array): boolean {
	return bytes.every((byte) => byte === 0);
}
