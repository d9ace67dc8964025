import { lstat } from "node:fs/promises";
import path from "node:path";
import { hashFiles, LOCK_FILE, packageDigest, readLock, walkPackage } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";

/** What is to be sent, by its digests. */
export interface Promised {
	/** The body of POST /api/v1/uploads. */
	readonly claim: object;
	/** Where a promised file lies. */
	pathOf(name: string): string;
}

/** Hashes a package folder, or an archive as one file, two files at a time. Throws HeadgateError `package.*`. */
export async function promiseOf(source: string, onProgress: (doneBytes: number, totalBytes: number) => void): Promise<Promised> {
	const stats = await lstat(source).catch(() => undefined);
	if (stats === undefined) throw new HeadgateError("package.not-found", `there is nothing at ${source}`, { path: source });
	if (stats.isFile()) {
		const file = { path: path.basename(source), size: stats.size };
		const [sha256] = await hashed(path.dirname(source), [file], onProgress);
		return { claim: { archive: { name: file.path, size: file.size, sha256 } }, pathOf: () => source };
	}
	const found = (await walkPackage(source, { refuseHardLinks: true })).filter((file) => file.path !== LOCK_FILE);
	const digests = await hashed(source, found, onProgress);
	const files = found.map((file, i) => ({ ...file, sha256: digests[i]! }));
	// The folder's own lock says what it was when it was made: control refuses files that are others.
	const lock = await readLock(source);
	const claim = { files, packageDigest: lock?.packageDigest ?? packageDigest(files) };
	return { claim, pathOf: (name) => path.join(source, name) };
}

async function hashed(
	root: string,
	files: readonly { readonly path: string; readonly size: number }[],
	onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<string[]> {
	const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
	let doneBytes = 0;
	return hashFiles(root, files, {
		onBytes: (bytes) => {
			doneBytes += bytes;
			onProgress(doneBytes, totalBytes);
		},
	});
}
