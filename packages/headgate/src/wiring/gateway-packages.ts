import type { Packages } from "@headgate/gateway";
import { brokenSeals, openPackageStore, type PackageStore } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";
import { runtimeManifest } from "./runtime-manifest.ts";

/** Lets a gateway open sealed packages of this host's store, for reading only. */
export async function gatewayPackages(folder: DataFolder): Promise<Packages> {
	const store = await openPackageStore(folder.packages, { readOnly: true });
	return {
		open: async (digest) => {
			const dir = await store.path(digest);
			await requireUnchanged(store, digest);
			return { dir, manifest: runtimeManifest(await store.manifest(digest)) };
		},
	};
}

/** A gateway that starts long after a deploy loads what lies there then: where the seals do not hold, every byte is read first. */
async function requireUnchanged(store: PackageStore, digest: string): Promise<void> {
	const { path, lock } = (await store.find(digest)) ?? {};
	if (path === undefined || lock === undefined) return;
	const seal = await store.seals.read(digest);
	const paths = lock.files.map((file) => file.path);
	if (seal !== undefined && (await brokenSeals(path, seal, paths, Date.now())).length === 0) return;
	const corruption = await store.verifyWhole(digest);
	if (corruption === undefined) return;
	throw new HeadgateError("package.corrupt", `${lock.package} is not loaded: ${corruption.message}`, { path: corruption.file });
}
