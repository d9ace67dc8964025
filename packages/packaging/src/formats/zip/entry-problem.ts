import { count, shownName } from "../../archive/archive-error.ts";
import type { ZipHeader } from "./zip-headers.ts";

const ENCRYPTED = 0x01 | 0x40 | 0x2000;
const HAS_DESCRIPTOR = 0x08;
const PATCH = 0x20;
const AES = 99;
const FILE_KIND = 0xf000;
/** Regular file, folder, or nothing said. */
const PLAIN_KINDS: ReadonlySet<number> = new Set([0, 0x4000, 0x8000]);
const NOT_SAID_32 = 0xffff_ffff;

/** What is wrong with an entry by its two headers, without its content; undefined when they are sound and agree. */
export function entryProblem(
	central: ZipHeader,
	local: ZipHeader | undefined,
	isFolder: boolean,
): { readonly code: string; readonly message: string } | undefined {
	const { flags, method, mode, bytes, compressedBytes } = central;
	if (!PLAIN_KINDS.has(mode & FILE_KIND)) return { code: "archive.link", message: `is ${kindOf(mode)}, not a file` };
	if ((flags & ENCRYPTED) !== 0 || method === AES) return { code: "archive.encrypted", message: "is encrypted" };
	if (local === undefined) {
		return { code: "archive.malformed", message: `has no local header at offset ${count(central.localOffset)}` };
	}
	const difference = differenceOf(central, local);
	if (difference !== undefined) return { code: "archive.tampered", message: difference };
	if ((method !== 0 && method !== 8) || (flags & PATCH) !== 0) {
		return { code: "archive.method", message: `is packed by method ${method}` };
	}
	if (method === 0 && bytes !== compressedBytes) {
		return { code: "archive.tampered", message: `is stored and says ${count(bytes)} bytes and ${count(compressedBytes)}` };
	}
	if (isFolder && bytes > 0) return { code: "archive.tampered", message: `is a folder and has ${count(bytes)} bytes` };
	return undefined;
}

function differenceOf(central: ZipHeader, local: ZipHeader): string | undefined {
	for (const other of [local.nameBytes, central.otherName, local.otherName]) {
		if (other !== undefined && !other.equals(central.nameBytes))
			return `is called ${shownName(other.toString())} elsewhere in the archive`;
	}
	const differ = (what: string, a: number, b: number) =>
		`has the ${what} ${count(a)} in the directory and ${count(b)} before its content`;
	if (central.method !== local.method) return differ("method", central.method, local.method);
	const telling = ENCRYPTED | HAS_DESCRIPTOR;
	if ((central.flags & telling) !== (local.flags & telling)) return differ("flags", central.flags, local.flags);
	// With a data descriptor the local header may leave open what was not known when it was written.
	const open = (central.flags & HAS_DESCRIPTOR) !== 0 ? [0, NOT_SAID_32] : [];
	const same = (a: number, b: number): boolean => a === b || open.includes(b);
	if (!same(central.bytes, local.bytes)) return differ("size", central.bytes, local.bytes);
	if (!same(central.compressedBytes, local.compressedBytes)) {
		return differ("packed size", central.compressedBytes, local.compressedBytes);
	}
	if (!same(central.crc32, local.crc32)) return differ("checksum", central.crc32, local.crc32);
	return undefined;
}

function kindOf(mode: number): string {
	const kinds: Readonly<Record<number, string>> = {
		40960: "a symbolic link",
		8192: "a device",
		24576: "a device",
		4096: "a pipe",
		49152: "a socket",
	};
	return kinds[mode & FILE_KIND] ?? `of the unknown kind 0${((mode & FILE_KIND) >> 12).toString(8)}`;
}
