import { basename } from "node:path";
import { unpackArchive } from "../archive/unpack.ts";
import { printable } from "../files/package-path.ts";
import { fileSource } from "../files/read-at.ts";
import type { Staged } from "./complete-staging.ts";
import type { IngestOptions } from "./ingest-folder.ts";
import { stageInPlace } from "./stage-in-place.ts";

/**
 * Unpacks an archive into an empty staging folder and makes it whole there. Progress counts the bytes that were unpacked, out of those of
 * the archive as long as they are fewer, then those that are hashed.
 */
export async function stageArchive(archive: string, staging: string, options: IngestOptions): Promise<Staged> {
	const { onProgress, signal } = options;
	const source = await fileSource(archive);
	try {
		await unpackArchive(source, printable(basename(archive)), staging, {
			signal,
			onProgress: ({ bytes }) => onProgress?.({ bytesDone: bytes, bytesTotal: Math.max(bytes, source.size) }),
		});
	} finally {
		await source.close();
	}
	return stageInPlace(staging, options);
}
