import { join } from "node:path";
import { printable } from "../files/package-path.ts";
import { hashInBackground } from "./hash-file.ts";
import type { PackageLock } from "./package-lock.ts";
import { type Corruption, corruptPlace, wrongSizes } from "./verify-tiers.ts";

/**
 * L4 without haste: every byte of a package against the digests it is known by, at the lowest priority. Returns the first file that
 * differs, or undefined; file system errors pass through.
 */
export async function verifyWhole(
	root: string,
	lock: PackageLock,
	options: { readonly onBytes?: (bytes: number) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<Corruption | undefined> {
	for (const file of lock.files) {
		const hashes = await hashInBackground(join(root, file.path), options).catch((error: NodeJS.ErrnoException) => {
			if (error.code === "ENOENT") return undefined;
			throw error;
		});
		if (hashes === undefined) return wrongSizes({ ...lock, files: [file] }, new Map())[0];
		if (hashes.size !== file.size) return wrongSizes({ ...lock, files: [file] }, new Map([[file.path, hashes.size]]))[0];
		const place = corruptPlace(file, Buffer.from(hashes.chunks, "base64"));
		if (place !== undefined) return place;
		if (hashes.sha256 !== file.sha256) {
			const message = `${printable(file.path)} has the sha256 ${hashes.sha256}, it came in with ${file.sha256}`;
			return { file: file.path, message };
		}
	}
	return undefined;
}
