import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { walkPackage } from "../files/walk-package.ts";
import { hashFiles } from "../lock/hash-files.ts";
import type { UploadStatus, Uploads } from "../store/uploads/open-uploads.ts";
import type { ClaimedFile } from "../store/uploads/upload-claim.ts";

/** What a sender of a folder promises. */
export async function claimOf(folder: string): Promise<{ readonly files: readonly ClaimedFile[] }> {
	const files = await walkPackage(folder);
	const digests = await hashFiles(folder, files);
	return { files: files.map((file, i) => ({ ...file, sha256: digests[i]! })) };
}

export async function* bodyOf(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* parts;
}

/** A sender that is cut off after these bytes. */
export async function* cutBody(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
	yield* parts;
	throw new Error("aborted");
}

/** Sends what is missing of an upload, `pieceBytes` at a time. */
export async function sendRest(
	uploads: Uploads,
	folder: string,
	{ id, files }: UploadStatus,
	pieceBytes = 1024 * 1024,
): Promise<void> {
	for (const { index, path, offset, size } of files) {
		const bytes = await readFile(join(folder, path));
		for (let at = offset; at < size; at += pieceBytes) {
			const piece = bytes.subarray(at, at + pieceBytes);
			await uploads.append(id, index, { offset: at, body: bodyOf(piece), sha256: sha256Of(piece) });
		}
	}
}

export function sha256Of(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}
