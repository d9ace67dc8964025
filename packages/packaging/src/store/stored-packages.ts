import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PackageLock } from "../lock/package-lock.ts";
import { readLock } from "../lock/read-lock.ts";

/** Where a package lies and what it is. */
export interface StoredPackage {
	/** `sha256:<64 hex>`. */
	readonly digest: string;
	readonly name: string;
	readonly version: string;
	/** Its folder. */
	readonly path: string;
	readonly lock: PackageLock;
}

export function folderOf(root: string, name: string, digest: string): string {
	return join(root, "store", name, digest.replace(/^sha256:/, ""));
}

/** Every stored package, or those of one name. Folders whose lock cannot be read are left out. */
export async function listStored(root: string, onlyName?: string): Promise<StoredPackage[]> {
	const store = join(root, "store");
	const names = onlyName === undefined ? await folders(store) : [onlyName];
	const found: StoredPackage[] = [];
	for (const name of names) {
		for (const folder of await folders(join(store, name))) {
			const stored = await readStored(join(store, name, folder), name, `sha256:${folder}`);
			if (stored !== undefined) found.push(stored);
		}
	}
	return found;
}

/** One package by digest, or undefined. */
export async function findStored(root: string, digest: string): Promise<StoredPackage | undefined> {
	if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
	for (const name of await folders(join(root, "store"))) {
		const stored = await readStored(folderOf(root, name, digest), name, digest);
		if (stored !== undefined) return stored;
	}
	return undefined;
}

async function readStored(path: string, name: string, digest: string): Promise<StoredPackage | undefined> {
	try {
		const lock = await readLock(path);
		// A lock that agrees with itself may still be another package's.
		if (lock?.packageDigest !== digest || !lock.package.startsWith(`${name}@`)) return undefined;
		return { digest, name, version: lock.package.slice(name.length + 1), path, lock };
	} catch {
		return undefined;
	}
}

async function folders(path: string): Promise<string[]> {
	const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
	return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
