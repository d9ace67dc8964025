import { lstat, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileSource, isArchive, openPackageStore, type PackageLock, unpackArchive } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";

/** A package wherever it lies, as a folder to read from. */
export interface OpenedPackage {
	readonly folder: string;
	readonly kind: "folder" | "archive" | "stored";
	/** Of a stored version: what its files are. */
	readonly lock?: PackageLock;
	/** Removes what was unpacked. */
	close(): Promise<void>;
}

/**
 * A package folder, an archive of one, or `name@version` of the store in this data folder. Throws `package.not-found`,
 * `package.unknown` with the versions there are, and `archive.*`.
 */
export async function openPackage(target: string, data: DataFolder, signal?: AbortSignal): Promise<OpenedPackage> {
	const stats = await lstat(target).catch(() => undefined);
	if (stats?.isDirectory() === true) return { folder: target, kind: "folder", close: async () => undefined };
	if (stats?.isFile() === true && isArchive(target)) return openArchive(target, signal);
	if (/^[a-z0-9-]+@\d/.test(target)) return openStored(target, data);
	throw new HeadgateError("package.not-found", `there is nothing at ${target}`, {
		path: target,
		hint: "Name a package folder, an archive of one, or a pushed version such as credit-risk@1.1.0.",
	});
}

/** Unpacks an archive into a folder of its own, which `close` removes. Throws `archive.*`; nothing is left then. */
export async function openArchive(target: string, signal?: AbortSignal): Promise<OpenedPackage> {
	const parent = await mkdtemp(path.join(tmpdir(), "headgate-unpacked-"));
	const close = () => rm(parent, { recursive: true, force: true });
	try {
		const folder = path.join(parent, "package");
		const source = await fileSource(target);
		try {
			await unpackArchive(source, path.basename(target), folder, { signal });
		} finally {
			await source.close();
		}
		return { folder, kind: "archive", close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openStored(target: string, data: DataFolder): Promise<OpenedPackage> {
	const store = await openPackageStore(data.packages, { readOnly: true });
	const stored = await store.list();
	const found = stored.find(({ name, version }) => `${name}@${version}` === target);
	if (found !== undefined) return { folder: found.path, kind: "stored", lock: found.lock, close: async () => undefined };
	const name = target.slice(0, target.indexOf("@"));
	const versions = stored.filter((other) => other.name === name).map(({ version }) => version);
	const hint =
		versions.length === 0 ? `Nothing of ${name} is in the store of ${data.root}.` : `Pushed versions: ${versions.join(", ")}.`;
	throw new HeadgateError("package.unknown", `${target} has not been pushed`, { hint, path: target });
}
