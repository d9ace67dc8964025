import { chmod, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { printable } from "../files/package-path.ts";
import { type PackageFile, walkPackage } from "../files/walk-package.ts";
import { hashFile } from "../lock/hash-file.ts";
import { LOCK_FILE, type LockedFile } from "../lock/package-lock.ts";
import { readLock } from "../lock/read-lock.ts";
import { completeStaging, type Staged } from "./complete-staging.ts";
import type { IngestOptions } from "./ingest-folder.ts";

/**
 * Makes a staging folder of files that were written to the store's own disk: nothing is copied, every byte is read once. After a fault
 * it can be done again. Throws PackageRefused, HeadgateError `package.*`, and `upload.checksum` naming a file that is not as claimed.
 */
export async function stageInPlace(staging: string, options: IngestOptions): Promise<Staged> {
	const { signal, now = Date.now() } = options;
	const claim = options.claim ?? (await readLock(staging));
	// The sender's, or ours of an attempt before this one.
	await rm(join(staging, LOCK_FILE), { force: true });
	const files = await walkPackage(staging, { refuseHardLinks: true });
	const claimed = new Map(options.claim?.files?.map(({ path, sha256 }) => [path, sha256]));
	const bytesTotal = files.reduce((sum, file) => sum + file.size, 0);
	let bytesDone = 0;
	const onBytes = (count: number): void => {
		bytesDone += count;
		options.onProgress?.({ bytesDone, bytesTotal });
	};
	const locked: LockedFile[] = [];
	for (const { path } of files) {
		const hashes = await hashFile(join(staging, path), { onBytes, signal });
		const expected = claimed.get(path);
		if (expected !== undefined && expected !== hashes.sha256) throw wrongChecksum(path, expected, hashes.sha256);
		locked.push({ path, ...hashes });
	}
	await settle(staging, files);
	return completeStaging(staging, files, locked, { claim, now, signal, published: options.published });
}

/** What arrived is not what its sender hashed. */
export function wrongChecksum(path: string, expected: string, got: string): HeadgateError {
	const message = `the sha256 of ${printable(path)} differs: expected ${expected}, got ${got}`;
	return new HeadgateError("upload.checksum", message, { path });
}

/** Read-only, and safe from a power cut. */
async function settle(staging: string, files: readonly PackageFile[]): Promise<void> {
	for (const { path } of files) {
		await chmod(join(staging, path), 0o444);
		const handle = await open(join(staging, path), "r");
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	}
}
