import { digestOf, HeadgateError } from "@headgate/protocol";
import type { FileFormat } from "../formats/detect-format.ts";
import type { FileHashes } from "./chunk-hasher.ts";
import { CHUNK_BYTES, treeDigest } from "./chunk-hasher.ts";

export const LOCK_FILE = "model.lock.json";
export const MANIFEST_FILE = "model.yaml";
const SIGNATURE_FILE = "model.sig";

export interface LockedFile extends FileHashes {
	readonly path: string;
}

/** What a format reader saw, condensed: the same structure gives the same digest. */
export interface LockedFormat {
	readonly path: string;
	readonly format: FileFormat;
	readonly structureSha256: string;
}

/** `model.lock.json`: the machine's file beside the author's `model.yaml`. */
export interface PackageLock {
	readonly lockVersion: 1;
	/** `name@version`. */
	readonly package: string;
	/** `sha256:<64 hex>`: the identity of the version. */
	readonly packageDigest: string;
	/** Every file but the lock and the signature, sorted by the UTF-8 bytes of the path. */
	readonly files: readonly LockedFile[];
	readonly formats: readonly LockedFormat[];
	readonly createdAt: string;
}

/** Whether a path is part of a package's identity. The lock and the signature are about it, not of it. */
export function isContent(path: string): boolean {
	return path !== LOCK_FILE && path !== SIGNATURE_FILE;
}

/** sha256 of the canonical JSON (RFC 8785) of `[{path, sha256, size}]`, sorted by the UTF-8 bytes of the path. */
export function packageDigest(files: readonly Pick<LockedFile, "path" | "size" | "sha256">[]): string {
	const entries = files.filter((file) => isContent(file.path)).map(({ path, size, sha256 }) => ({ path, size, sha256 }));
	entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
	return digestOf(entries);
}

/** The lock as the text of a file. */
export function renderLock(lock: PackageLock): string {
	return `${JSON.stringify(lock, null, "\t")}\n`;
}

/** Reads a lock and checks that it agrees with itself. Throws HeadgateError `package.lock`. */
export function parseLock(text: string): PackageLock {
	let lock: PackageLock;
	try {
		lock = JSON.parse(text) as PackageLock;
	} catch (cause) {
		throw new HeadgateError("package.lock", `${LOCK_FILE} is not JSON`, { path: LOCK_FILE, cause });
	}
	const problem = lockProblem(lock);
	if (problem !== undefined) throw new HeadgateError("package.lock", `${LOCK_FILE}: ${problem}`, { path: LOCK_FILE });
	return lock;
}

/** Why a lock contradicts itself, or undefined: its shape, its tree digests, and its packageDigest recomputed. */
export function lockProblem(lock: PackageLock): string | undefined {
	if (lock?.lockVersion !== 1) return `lockVersion is ${JSON.stringify(lock?.lockVersion)}, this release reads 1`;
	if (!Array.isArray(lock.files) || !Array.isArray(lock.formats)) return "files and formats must be lists";
	for (const file of lock.files) {
		if (typeof file?.path !== "string" || !Number.isSafeInteger(file.size) || file.size < 0) return "a file has no path or size";
		if (!/^[0-9a-f]{64}$/.test(file.sha256) || typeof file.chunks !== "string") return `${file.path} has no sha256 or chunks`;
		const chunks = Buffer.from(file.chunks, "base64");
		if (file.chunk !== CHUNK_BYTES || chunks.length !== 32 * Math.ceil(file.size / CHUNK_BYTES)) {
			return `${file.path} has the wrong number of chunk digests`;
		}
		if (treeDigest(file.size, chunks) !== file.treeSha256) return `treeSha256 of ${file.path} does not follow from its chunks`;
	}
	const digest = packageDigest(lock.files);
	if (digest !== lock.packageDigest) return `packageDigest is ${lock.packageDigest}, its files give ${digest}`;
	return undefined;
}
