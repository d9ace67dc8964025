import { isUtf8 } from "node:buffer";
import type { OpcodeReader } from "./opcode-reader.ts";
import { PLAIN, shortText, TEXT, TEXT_CHARACTERS, UNKNOWN, type Value } from "./pickle-value.ts";
import { isAscii, PythonUtf8, unescapeUnicode, unquoteString } from "./python-text.ts";

/*
 * Values that stand in the pickle itself. What Python's unpickler would not read as one breaks the reading; then the value does not
 * matter any more.
 */

/** FLOAT: a line. */
export function floatLine(reader: OpcodeReader): Value {
	const isNumber = /^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)$/i.test(reader.latin1());
	if (!isNumber) reader.malformed("is no number");
	return PLAIN;
}

/** INT and LONG: a line. */
export function integerLine(reader: OpcodeReader, long: boolean): Value {
	const short = long ? -1 : reader.digits();
	if (short >= 0) return short;
	const line = reader.latin1();
	if (!long && (line === "00" || line === "01")) return PLAIN;
	if (!(long ? /^[+-]?\d{1,4300}L?$/ : /^[+-]?\d{1,4300}$/).test(line)) {
		reader.malformed("is no decimal number");
		return UNKNOWN;
	}
	const value = Number.parseInt(line, 10);
	return Number.isSafeInteger(value) ? value : PLAIN;
}

/** LONG1 and LONG4: little-endian, in two's complement. */
export function longBytes(reader: OpcodeReader): Value {
	const { payloadAt, number } = reader;
	if (number > 4) return PLAIN;
	let value = 0;
	for (let index = number - 1; index >= 0; index--) value = value * 256 + reader.byteAt(payloadAt + index);
	return number > 0 && reader.byteAt(payloadAt + number - 1) >= 128 ? value - 256 ** number : value;
}

/** STRING: a quoted line. */
export function quotedLine(reader: OpcodeReader): Value {
	const text = unquoteString(reader.latin1());
	if (text !== undefined) return shortText(text);
	reader.malformed("is no quoted text");
	return UNKNOWN;
}

/** UNICODE: a line with escapes. */
export function escapedLine(reader: OpcodeReader): Value {
	const text = unescapeUnicode(reader.latin1());
	if (text !== undefined) return shortText(text);
	reader.malformed("has a broken escape");
	return UNKNOWN;
}

/** BINSTRING: Python 3 decodes it as ASCII, numpy and joblib as Latin-1: only where both agree is it a name. */
export function byteText(reader: OpcodeReader): Value {
	const text = reader.number <= TEXT_CHARACTERS ? reader.latin1() : undefined;
	return text !== undefined && isAscii(text) ? text : TEXT;
}

/** BINUNICODE, while it is held. */
export function unicodeText(reader: OpcodeReader): Value {
	if (reader.number > TEXT_CHARACTERS) {
		expectUtf8(reader);
		return TEXT;
	}
	if (reader.isAscii()) return reader.latin1();
	expectUtf8(reader);
	return reader.utf8();
}

function expectUtf8(reader: OpcodeReader): void {
	const bytes = reader.payload();
	if (isUtf8(bytes)) return;
	const utf8 = new PythonUtf8();
	utf8.feed(bytes);
	if (!utf8.ok) reader.malformed("is no UTF-8");
}
