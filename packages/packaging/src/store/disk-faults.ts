import { HeadgateError } from "@headgate/protocol";

const FULL = new Set(["ENOSPC", "EDQUOT", "EIO", "EFBIG"]);
const FORBIDDEN = new Set(["EACCES", "EPERM", "EROFS"]);

/** A file system error as a fault of the store; other errors pass through unchanged. */
export function storeFault(error: unknown, root: string): unknown {
	const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
	if (FULL.has(code)) {
		const what = code === "EIO" ? "reports an input/output error" : "is full";
		return new HeadgateError("store.full", `the disk of ${root} ${what} (${code}); nothing was stored`, {
			path: root,
			cause: error,
		});
	}
	if (FORBIDDEN.has(code)) {
		return new HeadgateError("store.unwritable", `${root} cannot be written (${code})`, { path: root, cause: error });
	}
	return error;
}
