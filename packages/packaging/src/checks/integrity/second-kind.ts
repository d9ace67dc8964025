import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";
import { sniffContainer } from "../../formats/sniff.ts";
import { findEnd } from "../../formats/zip/find-end.ts";
import type { Finding } from "../check.ts";

const WINDOW_BYTES = 1024 * 1024;
/** Pickles keep their structure at the beginning; the numbers behind it are not searched. */
const MAX_SEARCHED_BYTES = 64 * 1024 * 1024;
const LOCAL_BYTES = 30;
const MAX_NAME_BYTES = 255;
const HINT = "Do not load it; save the model again from its source.";

/** Why weights are a zip archive too, for a program that looks for one at the end, or behind a pickle. */
export async function secondKind(source: ReadAt, file: string, signal: AbortSignal): Promise<Finding[]> {
	const container = await sniffContainer(source);
	if (container === "zip") return [];
	const what = container === undefined ? "begins as something else" : `begins as ${container}`;
	// What looks like an end and leads nowhere is bytes like others.
	const end = await findEnd(source, file).catch(() => undefined);
	if (end !== undefined && end.entries > 0) {
		const message = `${file} ${what} and ends as a zip archive of ${end.entries.toLocaleString("en")} entries`;
		return [{ code: "weights.polyglot", message, hint: HINT, file, offset: end.directoryAt }];
	}
	const at = container === "pickle" ? await localHeaderAt(source, signal) : undefined;
	if (at === undefined) return [];
	const name = printable(
		Buffer.from(await source.read(at + LOCAL_BYTES, 80))
			.toString("latin1")
			.slice(0, 40),
	);
	const message = `${file} begins as pickle and holds the header of a zip entry at offset ${at.toLocaleString("en")} ('${name}')`;
	return [{ code: "weights.polyglot", message, hint: HINT, file, offset: at }];
}

async function localHeaderAt(source: ReadAt, signal: AbortSignal): Promise<number | undefined> {
	const stop = Math.min(source.size, MAX_SEARCHED_BYTES);
	for (let from = 0; from < stop; from += WINDOW_BYTES) {
		signal.throwIfAborted();
		const window = Buffer.from(await source.read(from, WINDOW_BYTES + LOCAL_BYTES + MAX_NAME_BYTES));
		for (
			let at = window.indexOf("PK\x03\x04", 0, "latin1");
			at !== -1 && at < WINDOW_BYTES;
			at = window.indexOf("PK\x03\x04", at + 1, "latin1")
		) {
			if (isLocalHeader(window.subarray(at))) return from + at;
		}
	}
	return undefined;
}

/** Four letters alone would meet raw tensors by chance: the method and the name must make sense too. */
function isLocalHeader(bytes: Buffer): boolean {
	if (bytes.length < LOCAL_BYTES) return false;
	const length = bytes.readUInt16LE(26);
	const isPacked = [0, 8].includes(bytes.readUInt16LE(8)) && bytes.readUInt16LE(4) < 100;
	const name = bytes.toString("latin1", LOCAL_BYTES, LOCAL_BYTES + length);
	return isPacked && length > 0 && length <= MAX_NAME_BYTES && /^[\x20-\x7e]+$/.test(name);
}
