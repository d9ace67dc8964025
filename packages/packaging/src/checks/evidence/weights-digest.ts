import { join } from "node:path";
import { hashFile } from "../../lock/hash-file.ts";
import { packageDigest } from "../../lock/package-lock.ts";
import type { CheckContext } from "../context.ts";

/** Without a lock, more than this is not hashed for a check. */
const MAX_HASHED_BYTES = 256 * 1024 * 1024;

/** What may stand for the weights of a package in a report. */
export interface WeightsDigests {
	/** Of all weight files: the sha256 of the only one, else the digest of their list as packageDigest makes it. */
	readonly whole: string;
	readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/** Digests of the weight files, from the lock or, for small ones, from the bytes; or why they are not known. */
export async function weightsDigests(context: CheckContext): Promise<WeightsDigests | string> {
	const paths = await context.weights();
	if (paths.length === 0) return "the package has no weight file";
	const { lock, root, files } = context.input;
	const chosen = new Set(paths);
	const sizes = files.filter((file) => chosen.has(file.path));
	if (lock === undefined && sizes.reduce((sum, file) => sum + file.size, 0) > MAX_HASHED_BYTES) {
		return `without a lock, weights of more than ${MAX_HASHED_BYTES / 2 ** 20} MiB are not hashed for it`;
	}
	const entries: { path: string; size: number; sha256: string }[] = [];
	for (const { path, size } of sizes) {
		const locked = lock?.files.find((file) => file.path === path);
		if (lock !== undefined && locked === undefined) return `${path} is not in the lock (A05)`;
		const { sha256 } = locked ?? (await hashFile(join(root, path), { signal: context.signal }));
		entries.push({ path, size, sha256 });
	}
	const whole = entries.length === 1 ? `sha256:${entries[0]!.sha256}` : packageDigest(entries);
	return { whole, files: entries };
}
