import { setImmediate } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../../files/read-at.ts";

const WINDOW_BYTES = 256 * 1024;

/**
 * Reads little-endian numbers and strings in order through a window. `need` comes before each read, and is the only place where the
 * end of the file can be met: HeadgateError `weights.cut-off`.
 */
export class GgufCursor {
	readonly name: string;
	readonly size: number;
	/** Offset in the file. */
	at = 0;
	readonly #source: ReadAt;
	readonly #signal: AbortSignal | undefined;
	#window: Buffer = Buffer.alloc(0);
	#from = 0;

	constructor(source: ReadAt, name: string, signal?: AbortSignal) {
		this.#source = source;
		this.name = name;
		this.size = source.size;
		this.#signal = signal;
	}

	get left(): number {
		return this.size - this.at;
	}

	/** Whether so many bytes can be read at once. */
	has(bytes: number): boolean {
		return this.at >= this.#from && this.at + bytes <= this.#from + this.#window.length;
	}

	/** Makes so many bytes readable at once. */
	async need(bytes: number, what: string): Promise<void> {
		if (this.has(bytes)) return;
		if (bytes > this.left) throw this.cutOff(what, bytes);
		this.#signal?.throwIfAborted();
		// Reads of a file wait for the disk, but a file in memory would keep everyone else waiting.
		if (this.#window.length > 0) await setImmediate();
		const length = Math.min(Math.max(bytes, WINDOW_BYTES), this.left);
		const read = await this.#source.read(this.at, length);
		if (read.length < length) throw this.cutOff(what, bytes);
		this.#window = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
		this.#from = this.at;
	}

	u32(): number {
		const value = this.#window.readUInt32LE(this.at - this.#from);
		this.at += 4;
		return value;
	}

	u64(): bigint {
		const value = this.#window.readBigUInt64LE(this.at - this.#from);
		this.at += 8;
		return value;
	}

	/** The unsigned 64-bit number as a safe integer, or Infinity. Cheaper than `u64` where there are many. */
	length(): number {
		const place = this.at - this.#from;
		const high = this.#window.readUInt32LE(place + 4);
		const low = this.#window.readUInt32LE(place);
		this.at += 8;
		return high < 0x20_0000 ? high * 0x1_0000_0000 + low : Number.POSITIVE_INFINITY;
	}

	/** So many bytes; they are the window's own. */
	bytes(count: number): Buffer {
		const start = this.at - this.#from;
		this.at += count;
		return this.#window.subarray(start, start + count);
	}

	cutOff(what: string, bytes: number): HeadgateError {
		const got = `${what} at offset ${number(this.at)} takes ${number(bytes)} bytes, the file ends after ${number(Math.max(0, this.left))}`;
		return new HeadgateError("weights.cut-off", `${this.name} is cut off: ${got} of them`, { path: this.name });
	}

	fault(code: string, message: string): HeadgateError {
		return new HeadgateError(code, `${this.name}: ${message}`, { path: this.name });
	}
}

function number(value: number): string {
	return value.toLocaleString("en");
}
