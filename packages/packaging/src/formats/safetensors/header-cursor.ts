import { isUtf8 } from "node:buffer";
import { setImmediate } from "node:timers/promises";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";

const WINDOW_BYTES = 256 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Strings without escapes, with their bytes. */
export type Words = readonly (readonly [word: string, bytes: Uint8Array])[];

/**
 * Reads the tokens of a JSON header through a window, so that a header of 100 MB is never held as a whole. Tokens are read at once;
 * whoever calls makes sure with `ensure` that the window reaches as far as they may. Throws HeadgateError `safetensors.header`,
 * `safetensors.limit` and `weights.cut-off`, with file and offset.
 */
export class HeaderCursor {
	readonly name: string;
	/** Offset in the file of the next byte. */
	at: number;
	/** Offset in the file where the header ends. */
	readonly end: number;
	/** What is being read, for messages: the name of a tensor, or empty. */
	entry = "";
	readonly #source: ReadAt;
	readonly #signal: AbortSignal | undefined;
	#window: Buffer = Buffer.alloc(0);
	#from: number;

	constructor(source: ReadAt, name: string, start: number, end: number, signal?: AbortSignal) {
		this.#source = source;
		this.name = name;
		this.at = start;
		this.end = end;
		this.#from = start;
		this.#signal = signal;
	}

	/** Makes `bytes` bytes from here readable at once, or all that are left. */
	async ensure(bytes: number): Promise<void> {
		const have = this.#from + this.#window.length;
		if (have >= this.end || have - this.at >= bytes) return;
		this.#signal?.throwIfAborted();
		// Reads of a file wait for the disk, but a header in memory would keep everyone else waiting.
		if (this.#window.length > 0) await setImmediate();
		const length = Math.min(Math.max(bytes + 4, WINDOW_BYTES), this.end - this.at);
		const read = await this.#source.read(this.at, length);
		if (read.length < length) {
			const message = `${this.name} is cut off: its header goes on at offset ${number(this.at + read.length)}, the file ends`;
			throw new HeadgateError("weights.cut-off", message, { path: this.name });
		}
		const window = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
		this.#window = this.at + length < this.end ? window.subarray(0, wholeCharacters(window)) : window;
		this.#from = this.at;
		if (!isUtf8(this.#window)) {
			const place = Buffer.byteLength(this.#window.toString("utf8").split("\ufffd", 1)[0]!);
			throw this.malformed("the header is not UTF-8", this.#from + place);
		}
	}

	/** The next byte that is no white space, or -1 at the header's end. */
	peek(): number {
		const next = this.#window[this.at - this.#from];
		if (next !== undefined && next > 0x20) return next;
		for (;;) {
			const byte = this.#byte();
			if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
			this.at++;
		}
	}

	/** Steps over all spaces of the window; false when something else comes first. */
	skipSpaces(): boolean {
		const to = this.#from + this.#window.length;
		while (this.at < to && this.#window[this.at - this.#from] === 0x20) this.at++;
		return this.at === to;
	}

	/** Steps over the next byte if it is this one. */
	take(character: string): boolean {
		if (this.peek() !== character.charCodeAt(0)) return false;
		this.at++;
		return true;
	}

	expect(character: string, what: string): void {
		if (!this.take(character)) throw this.malformed(`${what}: expected '${character}', found ${this.#found()}`);
	}

	/** A string with its escapes resolved. */
	string(what: string): string {
		if (this.peek() !== QUOTE) throw this.malformed(`${what}: expected a string, found ${this.#found()}`);
		const window = this.#window;
		const start = this.at - this.#from;
		let escaped = false;
		let at = start + 1;
		for (; ; at++) {
			const byte = window[at];
			if (byte === QUOTE) break;
			if (byte === BACKSLASH) {
				escaped = true;
				at++;
			} else if (byte === undefined || byte < 0x20) throw this.#badString(what, this.#from + at, byte);
		}
		this.at = this.#from + at + 1;
		if (!escaped) return window.toString("utf8", start + 1, at);
		return this.#unescape(this.#from + start, what);
	}

	/** A string that is mostly one of a few: those are recognised without making new strings, of which a large header has many. */
	word(known: Words, what: string): string {
		if (this.peek() !== QUOTE) return this.string(what);
		const window = this.#window;
		const start = this.at - this.#from + 1;
		for (const [word, bytes] of known) {
			const end = start + bytes.length;
			if (window[end] !== QUOTE || window[start] !== bytes[0]) continue;
			let at = start + 1;
			while (at < end && window[at] === bytes[at - start]) at++;
			if (at < end) continue;
			this.at = this.#from + end + 1;
			return word;
		}
		return this.string(what);
	}

	/** Whether a string that begins here ends within the window, or the header ends there. */
	holdsString(): boolean {
		const from = this.at - this.#from;
		if (this.#from + this.#window.length >= this.end) return true;
		for (let at = from + 1; ; at++) {
			at = this.#window.indexOf(QUOTE, at);
			if (at < 0) return false;
			let slashes = 0;
			while (this.#window[at - 1 - slashes] === BACKSLASH) slashes++;
			if (slashes % 2 === 0) return true;
		}
	}

	/** A whole number that is safe and not negative; the text of any other number. */
	integer(what: string): number | string {
		const first = this.peek();
		const window = this.#window;
		const start = this.at - this.#from;
		let at = start;
		let value = 0;
		for (let byte = first; byte >= 0x30 && byte <= 0x39; byte = window[at] ?? -1) {
			value = value * 10 + byte - 0x30;
			at++;
		}
		this.at = this.#from + at;
		const next = this.#byte();
		const plain = next === 0x2c || next === 0x5d || next === 0x20 || next === 0x0a || next === 0x0d || next === 0x09;
		if (plain && at > start && value <= Number.MAX_SAFE_INTEGER && (at === start + 1 || first !== 0x30)) return value;
		while (/[-+.0-9A-Za-z]/.test(String.fromCharCode(Math.max(0, this.#byte())))) this.at++;
		const text = window.toString("latin1", start, this.at - this.#from);
		if (NUMBER.test(text)) return text.slice(0, 40);
		this.at = this.#from + start;
		throw this.malformed(`${what}: expected a number, found ${this.#found()}`);
	}

	malformed(message: string, offset = this.at): HeadgateError {
		const where = this.entry === "" ? "" : `tensor '${printable(this.entry.slice(0, 80))}': `;
		const text = `${this.name} is no safetensors file, or damaged at offset ${number(offset)}: ${where}${message}`;
		return new HeadgateError("safetensors.header", text, { path: this.name });
	}

	#byte(): number {
		const byte = this.#window[this.at - this.#from];
		if (byte !== undefined) return byte;
		if (this.at >= this.end) return -1;
		const message = `${this.name}: one entry of the header is longer than this reader allows, at offset ${number(this.at)}`;
		throw new HeadgateError("safetensors.limit", message, { path: this.name });
	}

	#found(): string {
		const rest = this.#window.toString("utf8", this.at - this.#from, Math.min(this.end, this.at + 16) - this.#from);
		return rest === "" ? "the end of the header" : `'${printable(rest)}'`;
	}

	#badString(what: string, offset: number, byte: number | undefined): HeadgateError {
		this.at = Math.min(offset, this.end);
		if (byte !== undefined) return this.malformed(`${what} has the raw control character ${byte}`);
		this.#byte();
		return this.malformed(`the header ends inside a string (${what})`);
	}

	#unescape(start: number, what: string): string {
		let text: string;
		try {
			text = JSON.parse(this.#window.toString("utf8", start - this.#from, this.at - this.#from)) as string;
		} catch {
			throw this.malformed(`${what} has an escape that JSON does not know`, start);
		}
		if (!text.isWellFormed()) throw this.malformed(`${what} escapes half a surrogate pair`, start);
		return text;
	}
}

/** How many bytes of a window are whole characters, when the last one may be cut. */
function wholeCharacters(window: Buffer): number {
	for (let back = 1; back <= 3 && back <= window.length; back++) {
		const byte = window[window.length - back]!;
		if (byte < 0x80) return window.length;
		if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? window.length - back : window.length;
	}
	return window.length;
}

function number(value: number): string {
	return value.toLocaleString("en");
}
