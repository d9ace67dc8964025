import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { fileSource } from "../files/read-at.ts";
import { walkPackage } from "../files/walk-package.ts";
import { archiveEntries } from "./archive-entries.ts";
import { archiveError, shownName } from "./archive-error.ts";
import { archiveKind } from "./archive-kind.ts";
import { looksPacked, START_BYTES } from "./looks-packed.ts";

/**
 * Refuses archives in the archives that were unpacked into a folder: a checkpoint of PyTorch in a .tar is one level, and the last.
 * Throws HeadgateError `archive.bomb`, and `package.*` for names that no package may hold. All else that is wrong with them is left to
 * the checks.
 */
export async function refuseNested(root: string, archive: string, signal: AbortSignal | undefined): Promise<void> {
	for (const { path } of await walkPackage(root)) {
		const source = await fileSource(join(root, path));
		try {
			const kind = await archiveKind(source);
			if (kind === undefined) continue;
			for await (const entry of archiveEntries(source, kind, { name: path, signal, report: () => undefined })) {
				const packed = looksPacked(entry.name, await startOf(entry.content()));
				if (packed === undefined) continue;
				const message = `${shownName(path)} is an archive, and ${shownName(entry.name)} in it is ${packed}: archives are read one level deep`;
				throw archiveError("archive.bomb", archive, message);
			}
		} catch (error) {
			if (!(error instanceof HeadgateError) || error.row.exit === 3 || error.code === "archive.bomb") throw error;
		} finally {
			await source.close();
		}
	}
}

async function startOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	let start = Buffer.alloc(0);
	for await (const piece of content) {
		start = Buffer.concat([start, piece.subarray(0, START_BYTES)]);
		if (start.length >= START_BYTES) break;
	}
	return start;
}
