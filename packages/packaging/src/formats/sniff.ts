import type { ReadAt } from "../files/read-at.ts";

export type Container =
	| "zip"
	| "7-Zip"
	| "RAR"
	| "gzip"
	| "xz"
	| "bzip2"
	| "zstd"
	| "HDF5"
	| "NumPy"
	| "GGUF"
	| "ELF executable"
	| "Windows executable"
	| "Mach-O executable"
	| "pickle";

const MAGIC: readonly (readonly [Container, readonly number[]])[] = [
	["zip", [0x50, 0x4b, 3, 4]],
	["zip", [0x50, 0x4b, 5, 6]],
	["7-Zip", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
	["RAR", [0x52, 0x61, 0x72, 0x21, 0x1a, 7]],
	["gzip", [0x1f, 0x8b, 8]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
	["NumPy", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
	["GGUF", [0x47, 0x47, 0x55, 0x46]],
	["ELF executable", [0x7f, 0x45, 0x4c, 0x46]],
	["Mach-O executable", [0xcf, 0xfa, 0xed, 0xfe]],
	["Mach-O executable", [0xce, 0xfa, 0xed, 0xfe]],
	["Mach-O executable", [0xca, 0xfe, 0xba, 0xbe]],
];

/** Never weights, whatever the runtime. */
export const FORBIDDEN_CONTAINERS: ReadonlySet<Container> = new Set([
	"7-Zip",
	"RAR",
	"ELF executable",
	"Windows executable",
	"Mach-O executable",
]);

/** What a file is by its first bytes, never by its name; undefined when no known container begins so. */
export async function sniffContainer(source: ReadAt): Promise<Container | undefined> {
	const head = await source.read(0, 64);
	const found = MAGIC.find(([, magic]) => magic.length <= head.length && magic.every((byte, index) => head[index] === byte));
	if (found !== undefined) return found[0];
	if (head.length >= 4 && Buffer.from(head.subarray(0, 3)).toString("latin1") === "BZh" && head[3]! >= 0x31 && head[3]! <= 0x39) {
		return "bzip2";
	}
	if (head[0] === 0x80 && head[1]! <= 5 && (head[1]! < 4 || head[2] === 0x95)) return "pickle";
	return (await isPortableExecutable(head, source)) ? "Windows executable" : undefined;
}

/** Two letters alone would meet raw tensors by chance, so the second header must be there too. */
async function isPortableExecutable(head: Uint8Array, source: ReadAt): Promise<boolean> {
	if (head.length < 64 || head[0] !== 0x4d || head[1] !== 0x5a) return false;
	const offset = Buffer.from(head).readUInt32LE(60);
	const mark = await source.read(Math.min(offset, source.size), 4);
	return Buffer.from(mark).toString("latin1") === "PE\0\0";
}
