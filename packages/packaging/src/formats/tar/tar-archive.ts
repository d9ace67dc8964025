import type { HeadgateError } from "@headgate/protocol";
import { archiveError } from "../../archive/archive-error.ts";

/** A file or folder of a tar archive. */
export interface TarEntry {
	/** Without `./` before it and without a closing slash. */
	readonly name: string;
	readonly bytes: number;
	/** Offset of the first byte of content, in the tar archive. */
	readonly dataAt: number;
	readonly isFolder: boolean;
}

export interface TarArchive {
	readonly entries: readonly TarEntry[];
	/** Bytes after the archive's end that are not all zero. */
	readonly trailingBytes: number;
}

export function cutOff(name: string, where: string): HeadgateError {
	return archiveError("weights.cut-off", name, `it is cut off ${where}`);
}
