import { dirname, join } from "node:path";
import { HeadgateError, type Manifest } from "@headgate/protocol";
import { CHECKS } from "../checks/all-checks.ts";
import type { PackageClaim } from "../checks/check-input.ts";
import { type CheckSummary, refuses, runChecks } from "../checks/run-checks.ts";
import { fileSource } from "../files/read-at.ts";
import type { PackageFile } from "../files/walk-package.ts";
import { formatByContent, formatByName } from "../formats/detect-format.ts";
import { STRUCTURE_READERS } from "../formats/structures.ts";
import { lockedStructure, makeLock } from "../lock/build-lock.ts";
import {
	isContent,
	LOCK_FILE,
	type LockedFile,
	type LockedFormat,
	MANIFEST_FILE,
	type PackageLock,
	renderLock,
} from "../lock/package-lock.ts";
import { MANIFEST_MAX_BYTES } from "../manifest/decode-text.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { syncFolder, writeNewFile } from "./durable.ts";
import type { IngestOptions } from "./ingest-folder.ts";
import { PackageRefused } from "./package-refused.ts";

/** A package that lies complete, checked and synced in a staging folder. */
export interface Staged {
	readonly manifest: Manifest;
	readonly lock: PackageLock;
	readonly summary: CheckSummary;
}

/** All but the integrity of what is stored (it was hashed this moment) and the champion (nobody knows it yet). */
const INGEST_CHECKS = CHECKS.filter((check) => check.id !== "A04" && check.id !== "H03");

/**
 * The last steps of every way in: identity, lock, checks, and all of it on the disk. The files are there, hashed and synced. Throws
 * PackageRefused when a check says no.
 */
export async function completeStaging(
	staging: string,
	files: readonly PackageFile[],
	locked: readonly LockedFile[],
	options: Pick<IngestOptions, "published" | "signal"> & { readonly claim: PackageClaim | undefined; readonly now: number },
): Promise<Staged> {
	const { claim, now, signal } = options;
	const identity = await identityOf(staging, now);
	const content = locked.filter((file) => isContent(file.path));
	const formats = await formatsOf(staging, locked, signal);
	const lock = makeLock(identity?.name ?? "unknown", identity?.version ?? "0.0.0", content, formats, now);
	// The same version with other content is the store's to refuse, with a code of its own.
	const stored = identity === undefined ? [] : ((await options.published?.(identity.name)) ?? []);
	const published = stored.filter(({ version, digest }) => version !== identity?.version || digest === lock.packageDigest);
	// How old an evaluation may be is the endpoint's policy, which nobody knows here.
	const known = { published, evaluationMaxAgeDays: Number.POSITIVE_INFINITY };
	const input = { root: staging, files, now, budgetMs: 0, seed: 0, lock, claim, withManifest: true, ...known };
	const summary = await runChecks(input, { checks: INGEST_CHECKS, signal });
	const label = identity === undefined ? "the package" : lock.package;
	if (summary.verdict === "fail" || identity === undefined)
		throw new PackageRefused(label, summary, summary.results.filter(refuses));
	await writeNewFile(join(staging, LOCK_FILE), renderLock(lock), 0o444);
	for (const folder of foldersOf(files)) await syncFolder(join(staging, folder));
	return { manifest: identity, lock, summary };
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
