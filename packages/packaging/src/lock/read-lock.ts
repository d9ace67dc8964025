import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { LOCK_FILE, type PackageLock, parseLock } from "./package-lock.ts";

/** The lock of ten terabytes is smaller. What is larger is none, and would only fill the memory. */
const MAX_LOCK_BYTES = 64 * 1024 * 1024;

/** The lock of a package folder; undefined when it has none. Throws HeadgateError `package.lock`; file system errors pass through. */
export async function readLock(root: string): Promise<PackageLock | undefined> {
	const path = join(root, LOCK_FILE);
	const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw error;
	});
	if (stats === undefined) return undefined;
	if (!stats.isFile()) throw new HeadgateError("package.lock", `${LOCK_FILE} is not a file`, { path: LOCK_FILE });
	if (stats.size > MAX_LOCK_BYTES) {
		const message = `${LOCK_FILE} has ${stats.size.toLocaleString("en")} bytes, at most ${MAX_LOCK_BYTES.toLocaleString("en")} are read`;
		throw new HeadgateError("package.lock", message, { path: LOCK_FILE });
	}
	return parseLock(await readFile(path, "utf8"));
}
