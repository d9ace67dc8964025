/** What a JSON text holds, told while it streams by. */
export interface JsonSink {
	/** An object or a list begins; `scanner.depth` counts it already. */
	open(isList: boolean): void;
	/** An object or a list is over; `scanner.depth` is that of what holds it. */
	close(): void;
	/** Whether the text that begins now is wanted: only then is it kept. */
	wants(isKey: boolean): boolean;
	/** A key is over: `text` is empty where it was not wanted. */
	key(text: string): void;
	/** A text (undefined where it was not wanted), a number (NaN for all but whole ones from 0), true, false or null. */
	value(value: string | number | boolean | null | undefined): void;
}

/** Why a text is no JSON, and at which byte. */
export class JsonFault extends Error {
	readonly offset: number;
	/** It is JSON as far as it was read, and deeper than is read. */
	readonly tooDeep: boolean;

	constructor(message: string, offset: number, tooDeep = false) {
		super(message);
		this.offset = offset;
		this.tooDeep = tooDeep;
	}
}

const MAX_DEPTH = 256;
const MAX_TEXT_BYTES = 256;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What may come next. */
const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const COLON = 4;
const COMMA = 5;
const STRING = 6;
const NUMBER = 7;
const WORD = 8;
const END = 9;

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Reads JSON piece by piece: memory does not grow with the file, and texts that nobody wants are passed over without being decoded.
 * Throws JsonFault.
 */
export class JsonScanner {
	/** How many objects and lists are open. */
	depth = 0;
	/** Offsets of the text that was last begun, without its quotes. */
	textStart = 0;
	textEnd = 0;
	readonly #sink: JsonSink;
	readonly #isList = new Uint8Array(MAX_DEPTH + 1);
	readonly #kept = Buffer.alloc(MAX_TEXT_BYTES);
	#keptBytes = 0;
	#keeps = false;
	#state = VALUE;
	#isKey = false;
	#escaped = false;
	#number = 0;
	#whole = true;
	#word = "";
	/** Offset of the piece. */
	#base = 0;

	constructor(sink: JsonSink) {
		this.#sink = sink;
	}

	/** Takes the next piece. */
	push(bytes: Uint8Array): void {
		let at = 0;
		while (at < bytes.length) {
			if (this.#state === STRING) at = this.#string(bytes, at);
			else if (this.#state === NUMBER) at = this.#digits(bytes, at);
			else if (this.#state === WORD) at = this.#letters(bytes, at);
			else {
				let byte = bytes[at]!;
				while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at]!;
				if (at >= bytes.length) break;
				this.#mark(byte, this.#base + at);
				// The first byte of a number or a word is read again as part of it.
				if (this.#state !== NUMBER && this.#state !== WORD) at++;
			}
		}
		this.#base += bytes.length;
	}

	/** Says that nothing follows. */
	end(): void {
		if (this.#state === NUMBER) this.#endNumber();
		else if (this.#state === WORD) this.#endWord(this.#base);
		if (this.#state !== END) throw new JsonFault("it ends too early", this.#base);
	}

	#mark(byte: number, offset: number): void {
		const state = this.#state;
		if (state === COLON) {
			if (byte !== 0x3a) throw new JsonFault("a ':' is due", offset);
			this.#state = VALUE;
		} else if (state === COMMA) this.#comma(byte, offset);
		else if (state === KEY || state === FIRST_KEY) {
			if (byte === QUOTE) this.#begin(true, offset);
			else if (byte === 0x7d && state === FIRST_KEY) this.#close();
			else throw new JsonFault("a key is due", offset);
		} else if (state === END) throw new JsonFault("something follows its end", offset);
		else this.#value(byte, offset);
	}

	#comma(byte: number, offset: number): void {
		const isList = this.#isList[this.depth] === 1;
		if (byte === 0x2c) this.#state = isList ? VALUE : KEY;
		else if (byte === (isList ? 0x5d : 0x7d)) this.#close();
		else throw new JsonFault(`a ',' or a '${isList ? "]" : "}"}' is due`, offset);
	}

	#value(byte: number, offset: number): void {
		if (byte === QUOTE) this.#begin(false, offset);
		else if (byte === 0x7b || byte === 0x5b) {
			if (++this.depth > MAX_DEPTH) throw new JsonFault(`more than ${MAX_DEPTH} levels`, offset, true);
			const isList = byte === 0x5b;
			this.#isList[this.depth] = isList ? 1 : 0;
			this.#state = isList ? FIRST_VALUE : FIRST_KEY;
			this.#sink.open(isList);
		} else if (byte === 0x5d && this.#state === FIRST_VALUE) this.#close();
		else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
			this.#number = 0;
			this.#whole = byte !== 0x2d;
			this.#state = NUMBER;
		} else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
			this.#word = "";
			this.#state = WORD;
		} else throw new JsonFault("a value is due", offset);
	}

	#close(): void {
		this.depth--;
		this.#after();
		this.#sink.close();
	}

	#begin(isKey: boolean, offset: number): void {
		this.#isKey = isKey;
		this.#keeps = this.#sink.wants(isKey);
		this.#keptBytes = 0;
		this.#escaped = false;
		this.textStart = offset + 1;
		this.#state = STRING;
	}

	#string(bytes: Uint8Array, from: number): number {
		let at = from;
		if (this.#escaped && at < bytes.length) {
			this.#escaped = false;
			at++;
		}
		while (at < bytes.length) {
			const byte = bytes[at]!;
			if (byte === QUOTE) break;
			if (byte < 0x20) throw new JsonFault("a control character stands in a text", this.#base + at);
			if (byte === BACKSLASH) {
				if (at + 1 >= bytes.length) this.#escaped = true;
				at++;
			}
			at++;
		}
		const end = Math.min(at, bytes.length);
		if (this.#keeps) this.#keep(bytes.subarray(from, end));
		if (at >= bytes.length) return bytes.length;
		this.textEnd = this.#base + at;
		this.#endString();
		return at + 1;
	}

	#keep(bytes: Uint8Array): void {
		const room = MAX_TEXT_BYTES - this.#keptBytes;
		this.#kept.set(bytes.subarray(0, room), this.#keptBytes);
		this.#keptBytes += Math.min(room, bytes.length);
	}

	#endString(): void {
		const text = this.#keeps ? unescapeJson(this.#kept.toString("utf8", 0, this.#keptBytes)) : undefined;
		if (this.#isKey) {
			this.#state = COLON;
			this.#sink.key(text ?? "");
		} else {
			this.#after();
			this.#sink.value(text);
		}
	}

	#digits(bytes: Uint8Array, from: number): number {
		let at = from;
		for (; at < bytes.length; at++) {
			const byte = bytes[at]!;
			if (byte >= 0x30 && byte <= 0x39) this.#number = this.#number * 10 + byte - 0x30;
			else if (byte === 0x2e || byte === 0x2d || byte === 0x2b || byte === 0x65 || byte === 0x45) this.#whole = false;
			else {
				this.#endNumber();
				break;
			}
		}
		return at;
	}

	#endNumber(): void {
		this.#after();
		this.#sink.value(this.#whole ? this.#number : Number.NaN);
	}

	#letters(bytes: Uint8Array, from: number): number {
		let at = from;
		for (; at < bytes.length; at++) {
			const byte = bytes[at]!;
			if (byte < 0x61 || byte > 0x7a || this.#word.length > 5) {
				this.#endWord(this.#base + at);
				break;
			}
			this.#word += String.fromCharCode(byte);
		}
		return at;
	}

	#endWord(offset: number): void {
		if (!Object.hasOwn(WORDS, this.#word)) throw new JsonFault("a value is due", offset - this.#word.length);
		this.#after();
		this.#sink.value(WORDS[this.#word]);
	}

	#after(): void {
		this.#state = this.depth === 0 ? END : COMMA;
	}
}

/** A text as JSON writes it; as it stands where it was cut inside an escape. */
export function unescapeJson(raw: string): string {
	if (!raw.includes("\\")) return raw;
	try {
		return String(JSON.parse(`"${raw}"`));
	} catch {
		return raw;
	}
}
