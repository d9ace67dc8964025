/**
 * Whether bytes are what Python decodes as UTF-8 with `surrogatepass`, which pickles use: UTF-8 in which halves of surrogate pairs may
 * stand alone. Fed window by window; `ok` is the answer once the last is in.
 */
export class PythonUtf8 {
	#rest = 0;
	/** Range of the next continuation byte. */
	#low = 0x80;
	#high = 0xbf;
	#bad = false;

	get ok(): boolean {
		return !this.#bad && this.#rest === 0;
	}

	feed(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (this.#rest > 0) {
				if (byte < this.#low || byte > this.#high) this.#bad = true;
				this.#rest--;
				this.#low = 0x80;
				this.#high = 0xbf;
			} else if (byte >= 0x80) this.#begin(byte);
			if (this.#bad) return;
		}
	}

	#begin(byte: number): void {
		if (byte >= 0xc2 && byte <= 0xdf) this.#rest = 1;
		else if (byte >= 0xe0 && byte <= 0xef) this.#rest = 2;
		else if (byte >= 0xf0 && byte <= 0xf4) this.#rest = 3;
		else this.#bad = true;
		// The shortest form only, and nothing above U+10FFFF.
		if (byte === 0xe0) this.#low = 0xa0;
		if (byte === 0xf0) this.#low = 0x90;
		if (byte === 0xf4) this.#high = 0x8f;
	}
}

/** A quoted, escaped line of protocol 0 (opcode STRING), or undefined where Python refuses it. `line` is Latin-1. */
export function unquoteString(line: string): string | undefined {
	const quote = line[0];
	if ((quote !== "'" && quote !== '"') || line.length < 2 || !line.endsWith(quote)) return undefined;
	const body = line.slice(1, -1);
	let text = "";
	for (let at = 0; at < body.length; at++) {
		if (body[at] !== "\\") {
			text += body[at];
			continue;
		}
		const rest = body.slice(at + 1, at + 4);
		if (rest === "") return undefined;
		const hex = /^x([0-9A-Fa-f]{2})/.exec(rest);
		const octal = /^[0-7]{1,3}/.exec(rest);
		if (hex !== null) text += String.fromCharCode(Number.parseInt(hex[1]!, 16));
		else if (rest[0] === "x") return undefined;
		else if (octal !== null) text += String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff);
		else text += SIMPLE_ESCAPES[rest[0]!] ?? `\\${rest[0]}`;
		at += hex !== null ? 3 : octal !== null ? octal[0].length : 1;
	}
	return isAscii(text) ? text : undefined;
}

/** A line of protocol 0 in `raw-unicode-escape` (opcode UNICODE), or undefined where Python refuses it. `line` is Latin-1. */
export function unescapeUnicode(line: string): string | undefined {
	if (!line.includes("\\")) return line;
	let bad = false;
	const text = line.replace(/\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[\s\S])/g, (whole, code: string) => {
		if (code[0] !== "u" && code[0] !== "U") return whole;
		const point = code.length === 1 ? Number.NaN : Number.parseInt(code.slice(1), 16);
		if (!(point <= 0x10ffff)) bad = true;
		return bad ? "" : String.fromCodePoint(point);
	});
	return bad ? undefined : text;
}

export function isAscii(text: string): boolean {
	return /^[\0-\x7f]*$/.test(text);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
	"\\": "\\",
	"'": "'",
	'"': '"',
	"\n": "",
	a: "\x07",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "\t",
	v: "\v",
};
