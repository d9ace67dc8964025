/** Enough to recognise what is packed. */
export const START_BYTES = 8;

const MAGIC: readonly (readonly [string, string])[] = [
	["a zip archive", "PK\x03\x04"],
	["a 7-Zip archive", "7z\xbc\xaf\x27\x1c"],
	["a RAR archive", "Rar!\x1a\x07"],
	["packed by xz", "\xfd7zXZ\0"],
	["packed by zstd", "\x28\xb5\x2f\xfd"],
];
/** Marks so short that raw tensors begin with them by chance: the name must say so too. */
const SHORT_MAGIC: readonly (readonly [string, string, RegExp])[] = [
	["packed by gzip", "\x1f\x8b\x08", /\.(gz|tgz)$/i],
	["packed by bzip2", "BZh", /\.(bz2|tbz2?)$/i],
];

/** What packed form an entry of an archive begins like, in words; undefined for none. */
export function looksPacked(name: string, start: Uint8Array): string | undefined {
	const text = Buffer.from(start.subarray(0, START_BYTES)).toString("latin1");
	const known = MAGIC.find(([, magic]) => text.startsWith(magic));
	return (known ?? SHORT_MAGIC.find(([, magic, names]) => text.startsWith(magic) && names.test(name)))?.[0];
}
