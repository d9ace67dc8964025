import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../../files/read-at.ts";
import { isSchemaObject, type SchemaObject } from "./schema-keywords.ts";

const MAX_BYTES = 1024 * 1024;
/** Brackets inside brackets; what reads a schema further on does so by recursion. */
const MAX_DEPTH = 100;

/** A schema file as an object of bounded size and depth. Throws HeadgateError `schema.limit`, `schema.invalid`, `file.unreadable`. */
export async function readSchema(source: ReadAt, path: string): Promise<SchemaObject> {
	if (source.size > MAX_BYTES) {
		const size = source.size.toLocaleString("en");
		throw new HeadgateError("schema.limit", `${path} has ${size} bytes, at most ${MAX_BYTES.toLocaleString("en")} are read`, {
			path,
		});
	}
	const bytes = await source.read(0, source.size);
	const depth = depthOf(bytes);
	if (depth > MAX_DEPTH) {
		throw new HeadgateError("schema.limit", `${path} nests deeper than ${MAX_DEPTH} levels`, { path });
	}
	const value = parse(bytes, path);
	if (isSchemaObject(value)) return value;
	throw new HeadgateError(
		"schema.invalid",
		`${path} is ${Array.isArray(value) ? "a list" : String(value)}, a schema here is an object`,
		{ path },
	);
}

function parse(bytes: Uint8Array, path: string): unknown {
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch (cause) {
		throw new HeadgateError("file.unreadable", `${path} is not UTF-8 text`, { path, cause });
	}
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new HeadgateError("file.unreadable", `${path} is not JSON: ${(cause as Error).message.slice(0, 200)}`, { path, cause });
	}
}

/** How deep brackets nest outside texts, before anything is parsed; stops at the limit. */
function depthOf(bytes: Uint8Array): number {
	let [depth, deepest] = [0, 0];
	let quoted = false;
	for (let at = 0; at < bytes.length && deepest <= MAX_DEPTH; at++) {
		const byte = bytes[at];
		if (quoted) {
			if (byte === 0x5c) at++;
			else if (byte === 0x22) quoted = false;
		} else if (byte === 0x22) quoted = true;
		else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
		else if (byte === 0x7d || byte === 0x5d) depth--;
	}
	return deepest;
}
