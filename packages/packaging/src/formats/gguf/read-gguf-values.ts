import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { GgufCursor } from "./gguf-cursor.ts";
import { type GgufValue, isChatTemplate } from "./gguf-file.ts";

const MAX_KEY_BYTES = 65_535;
const MAX_STRING_BYTES = 16 * 1024 * 1024;
const MAX_ARRAY_ELEMENTS = 4 * 1024 * 1024;
const KEPT_STRING_BYTES = 4 * 1024;
/** One byte more than a chat template may have, so that a longer one can be told. */
const KEPT_TEMPLATE_BYTES = 256 * 1024 + 1;
/** What keys and values of a file may take in memory. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Larger vocabularies are unknown; walking through more would take seconds. */
const MAX_METADATA_BYTES = 64 * 1024 * 1024;

const STRING = 8;
const ARRAY = 9;
const TYPES = [
	"uint8",
	"int8",
	"uint16",
	"int16",
	"uint32",
	"int32",
	"float32",
	"bool",
	"string",
	"array",
	"uint64",
	"int64",
	"float64",
];
const BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/** Reads `count` keys with their values. Throws HeadgateError `gguf.metadata`, `gguf.duplicate-key`, `gguf.limit`, `weights.cut-off`. */
export async function readGgufValues(cursor: GgufCursor, count: number): Promise<Record<string, GgufValue>> {
	const values: Record<string, GgufValue> = Object.create(null) as Record<string, GgufValue>;
	const start = cursor.at;
	let kept = 0;
	for (let index = 0; index < count; index++) {
		const at = cursor.at;
		const key = await readKey(cursor, index);
		if (key in values) {
			throw cursor.fault("gguf.duplicate-key", `the key '${shown(key)}' stands twice, again at offset ${number(at)}`);
		}
		const value = await readValue(cursor, key);
		values[key] = value;
		kept += key.length + (value.type === "string" ? value.value.length : 8);
		if (kept > MAX_KEPT_BYTES) throw cursor.fault("gguf.limit", "keys and texts of the metadata take more than 16 MiB");
		if (cursor.at - start > MAX_METADATA_BYTES) throw cursor.fault("gguf.limit", "the metadata take more than 64 MiB");
	}
	return values;
}

async function readKey(cursor: GgufCursor, index: number): Promise<string> {
	const what = `key ${number(index + 1)} of the metadata`;
	const at = cursor.at;
	await cursor.need(8, what);
	const length = cursor.length();
	if (length === 0) throw cursor.fault("gguf.metadata", `${what} at offset ${number(at)} is empty`);
	if (length > cursor.left) throw stringPastEnd(cursor, what, length);
	if (length > MAX_KEY_BYTES) throw cursor.fault("gguf.limit", `${what} has ${number(length)} bytes, at most 65,535 are allowed`);
	await cursor.need(length, what);
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(cursor.bytes(length));
	} catch {
		throw cursor.fault("gguf.metadata", `${what} at offset ${number(at)} is not UTF-8`);
	}
}

async function readValue(cursor: GgufCursor, key: string): Promise<GgufValue> {
	const what = `the value of '${shown(key)}'`;
	await cursor.need(4, what);
	const type = cursor.u32();
	if (type === STRING) return readText(cursor, key, what);
	if (type === ARRAY) return readArray(cursor, what);
	if (TYPES[type] === undefined) throw unknownType(cursor, what, type);
	await cursor.need(BYTES[type]!, what);
	return scalar(type, cursor.bytes(BYTES[type]!));
}

function scalar(type: number, bytes: Buffer): GgufValue {
	const name = TYPES[type] as Exclude<GgufValue["type"], "bool" | "string" | "array">;
	switch (TYPES[type]) {
		case "bool":
			return { type: "bool", value: bytes[0] !== 0 };
		case "float32":
			return { type: name, value: exact(bytes.readFloatLE()) };
		case "float64":
			return { type: name, value: exact(bytes.readDoubleLE()) };
		case "uint64":
			return { type: name, value: exact(bytes.readBigUInt64LE()) };
		case "int64":
			return { type: name, value: exact(bytes.readBigInt64LE()) };
		default:
			return { type: name, value: name.startsWith("u") ? bytes.readUIntLE(0, bytes.length) : bytes.readIntLE(0, bytes.length) };
	}
}

function exact(value: number | bigint): number | string {
	const small = Number(value);
	const kept = typeof value === "bigint" ? Number.isSafeInteger(small) : Number.isFinite(small);
	return kept ? small : String(value);
}

async function readText(cursor: GgufCursor, key: string, what: string): Promise<GgufValue> {
	const length = await textLength(cursor, what);
	const kept = Math.min(length, isChatTemplate(key) ? KEPT_TEMPLATE_BYTES : KEPT_STRING_BYTES);
	await cursor.need(kept, what);
	const value = cursor.bytes(kept).toString("utf8");
	cursor.at += length - kept;
	return { type: "string", value, bytes: length };
}

async function readArray(cursor: GgufCursor, what: string): Promise<GgufValue> {
	await cursor.need(12, what);
	const type = cursor.u32();
	const count = cursor.length();
	if (type === ARRAY) throw cursor.fault("gguf.metadata", `${what} is an array of arrays, which GGUF readers do not read`);
	const name = TYPES[type];
	if (name === undefined) throw unknownType(cursor, what, type);
	// What cannot fit is cut off or hostile, whatever the limits of this reader.
	const least = count * (type === STRING ? 8 : BYTES[type]!);
	if (least > cursor.left) throw stringPastEnd(cursor, `${what} (${name} x ${number(count)})`, least);
	if (count > MAX_ARRAY_ELEMENTS) {
		throw cursor.fault("gguf.limit", `${what} is an array of ${number(count)} elements, at most 4,194,304 are allowed`);
	}
	if (type !== STRING) cursor.at += least;
	else await skipTexts(cursor, count, what);
	return { type: "array", of: name, count };
}

async function skipTexts(cursor: GgufCursor, count: number, what: string): Promise<void> {
	const start = cursor.at;
	for (let index = 0; index < count; index++) {
		if (!cursor.has(8)) {
			await cursor.need(8, what);
			if (cursor.at - start > MAX_METADATA_BYTES) throw cursor.fault("gguf.limit", `${what} takes more than 64 MiB`);
		}
		const length = cursor.length();
		if (length > MAX_STRING_BYTES || length > cursor.left)
			throw textTooLong(cursor, `text ${number(index + 1)} of ${what}`, length);
		cursor.at += length;
	}
}

async function textLength(cursor: GgufCursor, what: string): Promise<number> {
	await cursor.need(8, what);
	const length = cursor.length();
	if (length > MAX_STRING_BYTES || length > cursor.left) throw textTooLong(cursor, what, length);
	return length;
}

function textTooLong(cursor: GgufCursor, what: string, length: number): HeadgateError {
	if (length > cursor.left) return stringPastEnd(cursor, what, length);
	return cursor.fault("gguf.limit", `${what} is a text of ${number(length)} bytes, at most 16,777,216 are allowed`);
}

function stringPastEnd(cursor: GgufCursor, what: string, length: number): HeadgateError {
	if (Number.isFinite(length)) return cursor.cutOff(what, length);
	const message = `${what} at offset ${number(cursor.at)} says that it takes 2^53 bytes or more, the file has ${number(cursor.left)} left`;
	return new HeadgateError("weights.cut-off", `${cursor.name} is damaged or cut off: ${message}`, { path: cursor.name });
}

function unknownType(cursor: GgufCursor, what: string, type: number): HeadgateError {
	return cursor.fault(
		"gguf.metadata",
		`${what} at offset ${number(cursor.at - 4)} has the unknown type ${type}, expected 0 to 12`,
	);
}

function shown(key: string): string {
	return printable(key.slice(0, 80));
}

function number(value: number): string {
	return value.toLocaleString("en");
}
