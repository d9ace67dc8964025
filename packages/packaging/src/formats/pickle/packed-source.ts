import type { ReadAt } from "../../files/read-at.ts";
import { gunzip } from "../gzip/gunzip.ts";
import { inflate } from "../gzip/inflate.ts";
import { forwardSource } from "./forward-source.ts";

/** What joblib and others pack pickles with. */
export type Packing = "gzip" | "zlib" | "bzip2" | "xz" | "lzma" | "lz4" | "zstd";

/** Packings that can be undone here. */
export const UNPACKABLE: ReadonlySet<Packing> = new Set(["gzip", "zlib"]);

/** Larger than every file: the end shows when it is reached. */
const UNKNOWN_SIZE = 2 ** 52;
const MAX_RATIO = 200;
const ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024;

/** How a file is packed, by its first bytes. */
export async function packingOf(source: ReadAt): Promise<Packing | undefined> {
	const head = Buffer.from(await source.read(0, 6));
	const starts = (...bytes: number[]): boolean => head.subarray(0, bytes.length).equals(Buffer.from(bytes));
	if (starts(0x1f, 0x8b, 8)) return "gzip";
	if (head.length >= 2 && head[0] === 0x78 && head.readUInt16BE(0) % 31 === 0 && (head[1]! & 0x20) === 0) return "zlib";
	if (starts(0x42, 0x5a, 0x68)) return "bzip2";
	if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return "xz";
	if (starts(0x5d, 0, 0)) return "lzma";
	if (starts(0x04, 0x22, 0x4d, 0x18)) return "lz4";
	return starts(0x28, 0xb5, 0x2f, 0xfd) ? "zstd" : undefined;
}

/**
 * The content of a gzip or zlib file as a source that is read forward. Its `size` is not known: it ends where a read comes back short.
 * Reads throw HeadgateError `archive.bomb` above 200:1, `archive.malformed`, `archive.crc`, `weights.cut-off` and `pickle.limit`.
 */
export function unpackedSource(source: ReadAt, packing: "gzip" | "zlib", name: string, signal?: AbortSignal): ReadAt {
	return forwardSource({
		name,
		size: UNKNOWN_SIZE,
		maxBytes: Math.max(ALWAYS_ALLOWED_BYTES, source.size * MAX_RATIO),
		open: () =>
			packing === "gzip" ? gunzip(source, { name, signal }) : inflate(source, { from: 2, to: source.size, name, signal }),
	});
}
