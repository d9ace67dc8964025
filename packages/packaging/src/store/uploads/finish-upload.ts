import { HeadgateError } from "@headgate/protocol";
import { hashFile } from "../../lock/hash-file.ts";
import type { IngestOptions } from "../ingest-folder.ts";
import type { Ingested, PackageStore } from "../package-store.ts";
import { wrongChecksum } from "../stage-in-place.ts";
import type { UploadFolder } from "./upload-folder.ts";

/**
 * Takes a whole upload into the store. A file that is not what was promised is asked for again; what is refused otherwise is gone;
 * after a fault everything stays.
 */
export async function finishUpload(store: PackageStore, upload: UploadFolder, options: IngestOptions): Promise<Ingested> {
	try {
		const ingested = await ingest(store, upload, options);
		await upload.remove();
		return ingested;
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		if (error.code === "upload.checksum") await upload.reset(error.path ?? "");
		else if (error.row.exit !== 3) await upload.remove();
		throw error;
	}
}

async function ingest(store: PackageStore, upload: UploadFolder, options: IngestOptions): Promise<Ingested> {
	const { claim, stored } = upload;
	if (stored !== undefined) return store.existing(stored);
	if ("files" in claim) {
		const { files } = claim;
		return store.adoptFolder(upload.content, { ...options, claim: { files } });
	}
	const [archive] = upload.files;
	const path = upload.pathOf(archive!);
	const { sha256 } = await hashFile(path, { signal: options.signal });
	if (sha256 !== archive!.sha256) throw wrongChecksum(archive!.path, archive!.sha256, sha256);
	return store.ingestArchive(path, options);
}
