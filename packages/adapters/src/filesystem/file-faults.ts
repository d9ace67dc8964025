import { HeadgateError } from "@headgate/protocol";

/** No space, over quota, over the largest size allowed: to a writer of the data folder all three mean that there is no room. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Gives a fault of the file system the code that people and callers act on; anything else stays what it is. */
export function fileFault(cause: unknown, file: string): unknown {
	const { code, message } = cause as NodeJS.ErrnoException;
	if (cause instanceof HeadgateError || code === undefined || code.startsWith("ERR_")) return cause;
	if (NO_ROOM.has(code)) return new HeadgateError("disk.full", `no room left to write ${file} (${code})`, { path: file, cause });
	return new HeadgateError("disk.failed", `${file} cannot be used: ${message}`, { path: file, cause });
}
