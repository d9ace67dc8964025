import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import type { PackageClaim, PublishedVersion } from "../checks/check-input.ts";
import { type PackageFile, walkPackage } from "../files/walk-package.ts";
import type { Progress } from "../lock/build-lock.ts";
import { hashChunks } from "../lock/hash-file.ts";
import { LOCK_FILE, type LockedFile } from "../lock/package-lock.ts";
import { readLock } from "../lock/read-lock.ts";
import { completeStaging, type Staged } from "./complete-staging.ts";
import { copyHashed } from "./copy-file.ts";
import { requireRoom } from "./disk-room.ts";

export interface IngestOptions {
	/** What the sender says; else the folder's own model.lock.json, when it has one. */
	readonly claim?: PackageClaim;
	/** Bytes copied and read back, of the bytes to copy and read back; or, of what lies there already, bytes hashed. */
	readonly onProgress?: (progress: Progress) => void;
	readonly signal?: AbortSignal | undefined;
	/** Epoch ms; default the clock's. */
	readonly now?: number;
	/** The versions of a model that are known elsewhere, perhaps without their folder; a store adds those that it holds. */
	readonly published?: ((name: string) => Promise<readonly PublishedVersion[]>) | undefined;
}

/** Copies a folder into a staging folder, verified and complete, synced to the disk. Throws PackageRefused and HeadgateError. */
export async function stageFolder(source: string, staging: string, options: IngestOptions): Promise<Staged> {
	const { signal, now = Date.now() } = options;
	const files = (await walkPackage(source, { refuseHardLinks: true })).filter((file) => file.path !== LOCK_FILE);
	const claim = options.claim ?? (await readLock(source));
	const bytes = files.reduce((sum, file) => sum + file.size, 0);
	await requireRoom(staging, bytes, `the package in ${source}`);
	const bytesTotal = 2 * bytes;
	let bytesDone = 0;
	const onBytes = (count: number): void => {
		bytesDone += count;
		options.onProgress?.({ bytesDone, bytesTotal });
	};
	const locked = await copyAll(source, staging, files, onBytes, signal);
	await readBack(staging, locked, onBytes, signal);
	return completeStaging(staging, files, locked, { claim, now, signal, published: options.published });
}

async function copyAll(
	source: string,
	staging: string,
	files: readonly PackageFile[],
	onBytes: (bytes: number) => void,
	signal: AbortSignal | undefined,
): Promise<LockedFile[]> {
	const locked: LockedFile[] = [];
	for (const { path, size } of files) {
		await mkdir(dirname(join(staging, path)), { recursive: true, mode: 0o755 });
		const hashes = await copyHashed(join(source, path), join(staging, path), { name: path, size, onBytes, signal });
		locked.push({ path, ...hashes });
	}
	return locked;
}

/** Reads everything again: a disk that lies shows it here, not at the first prediction. */
async function readBack(
	staging: string,
	locked: readonly LockedFile[],
	onBytes: (bytes: number) => void,
	signal?: AbortSignal,
): Promise<void> {
	for (const file of locked) {
		const chunks = await hashChunks(join(staging, file.path), file.size, { onBytes, signal });
		if (chunks.toString("base64") === file.chunks) continue;
		throw new HeadgateError("store.read-back", `${file.path} reads back differently from what was written`, { path: file.path });
	}
}
