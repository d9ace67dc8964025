import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "@headgate/protocol";
import { walkPackage } from "../files/walk-package.ts";
import type { FileFormat } from "../formats/detect-format.ts";
import { hashFile } from "./hash-file.ts";
import { isContent, type LockedFile, type LockedFormat, type PackageLock, packageDigest } from "./package-lock.ts";

export interface Progress {
	readonly bytesDone: number;
	readonly bytesTotal: number;
}

/** Digests of all content files below a folder. */
export async function hashPackage(
	root: string,
	options: { readonly onProgress?: ((progress: Progress) => void) | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<LockedFile[]> {
	const files = (await walkPackage(root)).filter((file) => isContent(file.path));
	const bytesTotal = files.reduce((sum, file) => sum + file.size, 0);
	let bytesDone = 0;
	const onBytes = (bytes: number): void => {
		bytesDone += bytes;
		options.onProgress?.({ bytesDone, bytesTotal });
	};
	const locked: LockedFile[] = [];
	for (const file of files)
		locked.push({ path: file.path, ...(await hashFile(join(root, file.path), { onBytes, signal: options.signal })) });
	return locked;
}

/** Puts a lock together. `now` in epoch ms. */
export function makeLock(
	name: string,
	version: string,
	files: readonly LockedFile[],
	formats: readonly LockedFormat[],
	now: number,
): PackageLock {
	const createdAt = new Date(now).toISOString();
	return { lockVersion: 1, package: `${name}@${version}`, packageDigest: packageDigest(files), files, formats, createdAt };
}

/** The digest of what a reader saw in a file: equal files give equal digests, whatever reads them. */
export function lockedStructure(path: string, format: FileFormat, structure: unknown): LockedFormat {
	return { path, format, structureSha256: createHash("sha256").update(canonicalJson(structure)).digest("hex") };
}
