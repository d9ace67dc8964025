import type { FileFormat } from "../detect-format.ts";
import type { ZipArchive } from "./zip-archive.ts";

/** What model format a zip archive is by the names of its entries; undefined for none of them. */
export function formatOfZip({ entries }: ZipArchive): FileFormat | undefined {
	const names = entries.filter((entry) => !entry.isFolder).map((entry) => entry.name);
	if (names.some((name) => /^([^/]+\/)?data\.pkl$/.test(name))) return "torch";
	if (names.includes("config.json") && names.some((name) => /^(metadata\.json|model\.weights\.(h5|npz))$/.test(name)))
		return "keras";
	return names.length > 0 && names.every((name) => name.endsWith(".npy")) ? "npz" : undefined;
}
