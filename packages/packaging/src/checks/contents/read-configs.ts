import { HeadgateError } from "@headgate/protocol";
import { parseConfig } from "../../contents/config/parse-config.ts";
import { printable } from "../../files/package-path.ts";
import { sideBySide } from "../../files/side-by-side.ts";
import { type Finding, findingOf } from "../check.ts";
import type { CheckContext } from "../context.ts";

/** A JSON file of the package: its document, or why it has none. */
export interface ConfigFile {
	readonly path: string;
	readonly document?: unknown;
	readonly problem?: Finding;
}

/** Gemma's tokenizer_config.json has 1.2 MB. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_BYTES_IN_ALL = 32 * 1024 * 1024;
const AT_ONCE = 16;

interface Documents {
	readonly files: Map<string, Promise<ConfigFile>>;
	bytes: number;
}
const DOCUMENTS = new WeakMap<CheckContext, Documents>();

/** The JSON files whose path is wanted, each read once in a run. */
export function readConfigs(context: CheckContext, wanted: (path: string) => boolean): Promise<ConfigFile[]> {
	const paths = context.content().flatMap(({ path }) => (wanted(path) ? [path] : []));
	return sideBySide(paths, AT_ONCE, (path) => readConfig(context, path));
}

export function readConfig(context: CheckContext, path: string): Promise<ConfigFile> {
	const documents = DOCUMENTS.get(context) ?? { files: new Map<string, Promise<ConfigFile>>(), bytes: 0 };
	DOCUMENTS.set(context, documents);
	const reading = documents.files.get(path) ?? read(context, path, documents);
	documents.files.set(path, reading);
	return reading;
}

async function read(context: CheckContext, path: string, documents: Documents): Promise<ConfigFile> {
	try {
		context.signal.throwIfAborted();
		const source = await context.open(path);
		documents.bytes += source.size;
		if (source.size > MAX_BYTES) throw unreadable(path, `has ${source.size.toLocaleString("en")} bytes, at most 4 MiB are read`);
		if (documents.bytes > MAX_BYTES_IN_ALL) throw unreadable(path, "is not read: all JSON files before it have 32 MiB");
		return { path, document: parsed(path, await source.read(0, source.size)) };
	} catch (error) {
		return { path, problem: findingOf(error, path) };
	}
}

function parsed(path: string, bytes: Uint8Array): unknown {
	try {
		return parseConfig(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (cause) {
		throw unreadable(path, `is not JSON: ${printable((cause as Error).message.slice(0, 200))}`, cause);
	}
}

function unreadable(path: string, what: string, cause?: unknown): HeadgateError {
	return new HeadgateError("file.unreadable", `${path} ${what}`, { path, cause });
}
