import type { ReadAt } from "../files/read-at.ts";

export type Container =
	| "zip"
	| "tar"
	| "7-Zip"
	| "RAR"
	| "CAB"
	| "gzip"
	| "xz"
	| "bzip2"
	| "zstd"
	| "LZ4"
	| "HDF5"
	| "NumPy"
	| "GGUF"
	| "ELF executable"
	| "Windows executable"
	| "Mach-O executable"
	| "WebAssembly executable"
	| "Java executable"
	| "Android executable"
	| "static library"
	| "script"
	| "pickle";

const MAGIC: readonly (readonly [Container, readonly number[]])[] = [
	["zip", [0x50, 0x4b, 3, 4]],
	["zip", [0x50, 0x4b, 5, 6]],
	["7-Zip", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
	["RAR", [0x52, 0x61, 0x72, 0x21, 0x1a, 7]],
	["CAB", [0x4d, 0x53, 0x43, 0x46, 0, 0, 0, 0]],
	["gzip", [0x1f, 0x8b, 8]],
	["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
	["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
	["LZ4", [0x04, 0x22, 0x4d, 0x18]],
	["HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
	["NumPy", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
	["GGUF", [0x47, 0x47, 0x55, 0x46]],
	["ELF executable", [0x7f, 0x45, 0x4c, 0x46]],
	["Mach-O executable", [0xcf, 0xfa, 0xed, 0xfe]],
	["Mach-O executable", [0xce, 0xfa, 0xed, 0xfe]],
	["Mach-O executable", [0xfe, 0xed, 0xfa, 0xcf]],
	["Mach-O executable", [0xfe, 0xed, 0xfa, 0xce]],
	["WebAssembly executable", [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]],
	["Android executable", [0x64, 0x65, 0x78, 0x0a, 0x30]],
	["static library", [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e, 0x0a]],
	// A shell takes these for a script, Windows and Linux for a program: Actually Portable Executable, as llamafile uses it.
	["Windows executable", [0x4d, 0x5a, 0x71, 0x46, 0x70, 0x44, 0x3d, 0x27]],
];

/** Run by the system or a virtual machine, or linked into a program. */
export const EXECUTABLE_CONTAINERS: ReadonlySet<Container> = new Set([
	"ELF executable",
	"Windows executable",
	"Mach-O executable",
	"WebAssembly executable",
	"Java executable",
	"Android executable",
	"static library",
	"script",
]);

/** Archives from which no library loads weights. */
export const FOREIGN_ARCHIVES: ReadonlySet<Container> = new Set(["7-Zip", "RAR", "CAB"]);

/** One packed stream: joblib writes them. */
export const PACKED_STREAMS: ReadonlySet<Container> = new Set(["gzip", "xz", "bzip2", "zstd", "LZ4"]);

/** What a file is by its first bytes, never by its name; undefined when no known container begins so. */
export async function sniffContainer(source: ReadAt): Promise<Container | undefined> {
	const head = await source.read(0, 512);
	const found = MAGIC.find(([, magic]) => magic.length <= head.length && magic.every((byte, index) => head[index] === byte));
	if (found !== undefined) return found[0];
	const text = Buffer.from(head).toString("latin1");
	if (/^BZh[1-9]/.test(text)) return "bzip2";
	if (/^#! ?\/[a-z]+\//.test(text)) return "script";
	if (text.startsWith("ustar", 257)) return "tar";
	if (text.startsWith("\xca\xfe\xba\xbe") && head.length >= 8) return fatOrJava(Buffer.from(head).readUInt32BE(4));
	if (head[0] === 0x80 && head[1]! <= 5 && (head[1]! < 4 || head[2] === 0x95)) return "pickle";
	return (await isPortableExecutable(head, source)) ? "Windows executable" : undefined;
}

/** Both begin alike: then come the few architectures of a Mach-O file, or the version of a Java class. */
function fatOrJava(next: number): Container {
	return next < 40 ? "Mach-O executable" : "Java executable";
}

/** Two letters alone would meet raw tensors by chance, so the second header must be there too. */
async function isPortableExecutable(head: Uint8Array, source: ReadAt): Promise<boolean> {
	if (head.length < 64 || head[0] !== 0x4d || head[1] !== 0x5a) return false;
	const offset = Buffer.from(head).readUInt32LE(60);
	const mark = await source.read(Math.min(offset, source.size), 4);
	return Buffer.from(mark).toString("latin1") === "PE\0\0";
}
