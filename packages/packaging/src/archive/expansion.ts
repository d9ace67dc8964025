import { archiveError, count } from "./archive-error.ts";

/** Packed data may expand to this many times their size. */
const MAX_RATIO = 100;
/** Below this even zeros harm nobody. */
const HARMLESS_BYTES = 16 * 1024 * 1024;

/** Counts what packed data really expand to. */
export class Expansion {
	readonly #archive: string;
	#packed = 0;
	#bytes = 0;

	/** `archive` is its name, for messages. */
	constructor(archive: string) {
		this.#archive = archive;
	}

	/** Passes on the content of one packed stream. Throws HeadgateError `archive.bomb` where it, or all so far, expand past 100:1. */
	async *guard(packedBytes: number, what: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		this.#packed += packedBytes;
		let bytes = 0;
		for await (const piece of content) {
			bytes += piece.length;
			this.#bytes += piece.length;
			const isBomb = bytes > limit(packedBytes) || this.#bytes > limit(this.#packed);
			if (isBomb) {
				const message = `${what} expanded past ${MAX_RATIO}:1: ${count(packedBytes)} packed bytes gave ${count(bytes)} and more`;
				throw archiveError("archive.bomb", this.#archive, message);
			}
			yield piece;
		}
	}
}

function limit(packedBytes: number): number {
	return Math.max(HARMLESS_BYTES, packedBytes * MAX_RATIO);
}
