import { HeadgateError } from "@headgate/protocol";
import { printable } from "../files/package-path.ts";

const SHOWN_CHARACTERS = 120;

/** What is wrong with an archive; `name` is the archive's own. */
export function archiveError(code: string, name: string, message: string, cause?: unknown): HeadgateError {
	return new HeadgateError(code, `${name}: ${message}`, { path: name, ...(cause === undefined ? {} : { cause }) });
}

/** An entry's name as it may stand in a message: cut, with control characters spelled out. */
export function shownName(entry: string): string {
	return `'${printable(entry.length > SHOWN_CHARACTERS ? `${entry.slice(0, SHOWN_CHARACTERS)}…` : entry)}'`;
}

export function count(value: number | bigint): string {
	return value.toLocaleString("en");
}
