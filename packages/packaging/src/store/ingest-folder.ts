import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HeadgateError, type Manifest } from "@headgate/protocol";
import { CHECKS } from "../checks/all-checks.ts";
import type { PackageClaim } from "../checks/check-input.ts";
import { type CheckSummary, refuses, runChecks } from "../checks/run-checks.ts";
import { fileSource } from "../files/read-at.ts";
import { type PackageFile, walkPackage } from "../files/walk-package.ts";
import { formatByContent, formatByName } from "../formats/detect-format.ts";
import { STRUCTURE_READERS } from "../formats/structures.ts";
import { lockedStructure, makeLock, type Progress } from "../lock/build-lock.ts";
import { hashChunks } from "../lock/hash-file.ts";
import {
	isContent,
	LOCK_FILE,
	type LockedFile,
	type LockedFormat,
	MANIFEST_FILE,
	type PackageLock,
	renderLock,
} from "../lock/package-lock.ts";
import { readLock } from "../lock/read-lock.ts";
import { MANIFEST_MAX_BYTES } from "../manifest/decode-text.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { copyHashed } from "./copy-file.ts";
import { syncFolder, writeNewFile } from "./durable.ts";
import { PackageRefused } from "./package-refused.ts";

export interface IngestOptions {
	/** What the sender says; else the folder's own model.lock.json, when it has one. */
	readonly claim?: PackageClaim;
	/** Bytes copied and read back, of the bytes to copy and read back. */
	readonly onProgress?: (progress: Progress) => void;
	readonly signal?: AbortSignal;
	/** Epoch ms; default the clock's. */
	readonly now?: number;
}

export interface Staged {
	readonly manifest: Manifest;
	readonly lock: PackageLock;
	readonly summary: CheckSummary;
}

/** All but the integrity of what is stored (it was hashed this moment) and the champion (nobody knows it yet). */
const INGEST_CHECKS = CHECKS.filter((check) => check.id !== "A04" && check.id !== "H03");

/** Copies a folder into a staging folder, verified and complete, synced to the disk. Throws PackageRefused and HeadgateError. */
export async function stageFolder(source: string, staging: string, options: IngestOptions): Promise<Staged> {
	const now = options.now ?? Date.now();
	const files = (await walkPackage(source)).filter((file) => file.path !== LOCK_FILE);
	const claim = options.claim ?? (await readLock(source));
	const bytesTotal = 2 * files.reduce((sum, file) => sum + file.size, 0);
	let bytesDone = 0;
	const onBytes = (bytes: number): void => {
		bytesDone += bytes;
		options.onProgress?.({ bytesDone, bytesTotal });
	};
	const locked = await copyAll(source, staging, files, onBytes, options.signal);
	await readBack(staging, locked, onBytes, options.signal);
	const identity = await identityOf(staging, now);
	const content = locked.filter((file) => isContent(file.path));
	const lock = makeLock(
		identity?.name ?? "unknown",
		identity?.version ?? "0.0.0",
		content,
		await formatsOf(staging, locked, options.signal),
		now,
	);
	const input = { root: staging, files, now, budgetMs: 0, seed: 0, lock, claim, withManifest: true };
	const summary = await runChecks(input, { checks: INGEST_CHECKS, signal: options.signal });
	const label = identity === undefined ? "the package" : lock.package;
	if (summary.verdict === "fail" || identity === undefined)
		throw new PackageRefused(label, summary, summary.results.filter(refuses));
	await writeNewFile(join(staging, LOCK_FILE), renderLock(lock), 0o444);
	for (const folder of foldersOf(files)) await syncFolder(join(staging, folder));
	return { manifest: identity, lock, summary };
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

async function identityOf(staging: string, now: number): Promise<Manifest | undefined> {
	const source = await fileSource(join(staging, MANIFEST_FILE)).catch(() => undefined);
	if (source === undefined) return undefined;
	try {
		// M01 says that it is too large.
		if (source.size > MANIFEST_MAX_BYTES) return undefined;
		const reading = readManifest(await source.read(0, source.size), { now });
		return reading.ok ? reading.manifest : undefined;
	} finally {
		await source.close();
	}
}

/** Structures of the files that can be read; the checks speak of the others. */
async function formatsOf(
	staging: string,
	files: readonly LockedFile[],
	signal: AbortSignal | undefined,
): Promise<LockedFormat[]> {
	const formats: LockedFormat[] = [];
	for (const { path } of files) {
		const source = await fileSource(join(staging, path));
		try {
			const format = formatByName(path) ?? (await formatByContent(source));
			const reader = format === undefined ? undefined : STRUCTURE_READERS[format];
			if (reader !== undefined) formats.push(lockedStructure(path, format!, await reader(source, path, signal)));
		} catch (error) {
			if (!(error instanceof HeadgateError)) throw error;
		} finally {
			await source.close();
		}
	}
	return formats;
}

/** Every folder that holds a file, deepest first, the root last. */
function foldersOf(files: readonly PackageFile[]): string[] {
	const folders = new Set<string>([""]);
	for (const { path } of files) {
		for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.add(folder);
	}
	return [...folders].sort((a, b) => b.length - a.length);
}
