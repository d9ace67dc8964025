import type { ReadAt } from "../files/read-at.ts";
import { gunzip } from "../formats/gzip/gunzip.ts";
import { isZero } from "../formats/tar/byte-feed.ts";
import { BLOCK_BYTES, parseHeader } from "../formats/tar/tar-header.ts";

/** `gzip` is a packed file that is no tar archive inside. */
export type ArchiveKind = "zip" | "tar" | "tar.gz" | "gzip";

/** What kind of archive a file is by its bytes; undefined for none that is read here. */
export async function archiveKind(source: ReadAt): Promise<ArchiveKind | undefined> {
	const start = Buffer.from(await source.read(0, BLOCK_BYTES));
	const magic = start.toString("latin1", 0, 4);
	if (magic === "PK\x03\x04" || magic === "PK\x05\x06") return "zip";
	if (magic.startsWith("\x1f\x8b\x08")) return (await beginsWithTar(source)) ? "tar.gz" : "gzip";
	return isTarHeader(start) ? "tar" : undefined;
}

/** A file or its name: whether it is an archive that can be unpacked. */
export function isArchive(path: string): boolean;
export function isArchive(source: ReadAt): Promise<boolean>;
export function isArchive(given: string | ReadAt): boolean | Promise<boolean> {
	if (typeof given === "string") return /\.(zip|tar|tar\.gz|tgz)$/i.test(given);
	return archiveKind(given).then((kind) => kind !== undefined && kind !== "gzip");
}

/** A checksum that is right needs no magic: archives of 1979 have none. */
function isTarHeader(block: Buffer): boolean {
	return block.length === BLOCK_BYTES && !isZero(block) && typeof parseHeader(block) !== "string";
}

async function beginsWithTar(source: ReadAt): Promise<boolean> {
	let start = Buffer.alloc(0);
	try {
		for await (const piece of gunzip(source, { name: "" })) {
			start = Buffer.concat([start, piece.subarray(0, BLOCK_BYTES)]);
			if (start.length >= BLOCK_BYTES) break;
		}
	} catch {
		// Damaged: whoever reads it says where.
	}
	return isTarHeader(start.subarray(0, BLOCK_BYTES));
}
