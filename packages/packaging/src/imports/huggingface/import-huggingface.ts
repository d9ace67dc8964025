import { HeadgateError } from "@headgate/protocol";
import { copyFiles } from "../copy-files.ts";
import type { ImportedFiles, ImportOptions } from "../import-model.ts";
import { findSnapshot } from "./find-snapshot.ts";
import { snapshotFiles } from "./snapshot-files.ts";

/** Copies a Hugging Face folder: the files that links mean, not the links. Throws HeadgateError `import.*`. */
export async function importHuggingFace(source: string, folder: string, options: ImportOptions): Promise<ImportedFiles> {
	const snapshot = await findSnapshot(source, options.cache);
	const { files, leftOut } = await snapshotFiles(snapshot);
	if (!files.some(({ path }) => path === "config.json")) {
		const hint = "Name the folder with config.json: a model's, or a snapshot of the hub's cache.";
		throw new HeadgateError("import.source", `there is no config.json in ${snapshot.folder}`, { path: source, hint });
	}
	await copyFiles(files, folder, options);
	const { repository, revision } = snapshot;
	return {
		notes: [
			...leftOut,
			...(revision === undefined
				? ["the folder does not say its commit: write it under annotations.revision"]
				: [`pinned to commit ${revision}`]),
		],
		annotations: { ...(repository === undefined ? {} : { repository }), ...(revision === undefined ? {} : { revision }) },
		...(repository === undefined ? {} : { nameFrom: repository.split("/").at(-1)! }),
	};
}
