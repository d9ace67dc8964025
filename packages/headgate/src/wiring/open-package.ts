import { lstat } from "node:fs/promises";
import { openPackageStore } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";

/** A package wherever it lies, as a folder to read from. */
export interface OpenedPackage {
	readonly folder: string;
	readonly kind: "folder" | "stored";
	/** Its digest where it is a stored version. */
	readonly digest?: string;
	/** Removes what was unpacked. */
	close(): Promise<void>;
}

/**
 * A package folder, or `name@version` of the store in this data folder. Throws `package.not-found`,
 * `package.unknown` with the versions there are.
 */
export async function openPackage(target: string, data: DataFolder): Promise<OpenedPackage> {
	const stats = await lstat(target).catch(() => undefined);
	if (stats?.isDirectory() === true) return { folder: target, kind: "folder", close: async () => undefined };
	if (/^[a-z0-9-]+@\d/.test(target)) return openStored(target, data);
	throw new HeadgateError("package.not-found", `there is nothing at ${target}`, {
		path: target,
		hint: "Name a package folder, or a pushed version such as credit-risk@1.1.0.",
	});
}

async function openStored(target: string, data: DataFolder): Promise<OpenedPackage> {
	const store = await openPackageStore(data.packages, { readOnly: true });
	const stored = await store.list();
	const found = stored.find(({ name, version }) => `${name}@${version}` === target);
	if (found !== undefined) return { folder: found.path, kind: "stored", digest: found.digest, close: async () => undefined };
	const name = target.slice(0, target.indexOf("@"));
	const versions = stored.filter((other) => other.name === name).map(({ version }) => version);
	const hint =
		versions.length === 0 ? `Nothing of ${name} is in the store of ${data.root}.` : `Pushed versions: ${versions.join(", ")}.`;
	throw new HeadgateError("package.unknown", `${target} has not been pushed`, { hint, path: target });
}
