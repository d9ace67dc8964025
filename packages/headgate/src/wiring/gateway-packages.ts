import type { Packages } from "@headgate/gateway";
import { openPackageStore } from "@headgate/packaging";
import type { DataFolder } from "../config/data-folder.ts";
import { runtimeManifest } from "./runtime-manifest.ts";

/** Lets a gateway open sealed packages of this host's store, for reading only. */
export async function gatewayPackages(folder: DataFolder): Promise<Packages> {
	const store = await openPackageStore(folder.packages, { readOnly: true });
	return { open: async (digest) => ({ dir: await store.path(digest), manifest: runtimeManifest(await store.manifest(digest)) }) };
}
