import { archiveError, count } from "../../archive/archive-error.ts";
import { type ByteFeed, isZero } from "./byte-feed.ts";
import { parsePax } from "./pax-records.ts";
import { cutOff, type TarEntry } from "./tar-archive.ts";
import { BLOCK_BYTES, parseHeader, type TarHeader, textOf } from "./tar-header.ts";

const MAX_LONG_NAME_BYTES = 4 * 1024;
const MAX_PAX_BYTES = 256 * 1024;
const MAX_GLOBAL_HEADERS = 100;
const LINKS: Readonly<Record<string, string>> = {
	1: "is a hard link",
	2: "is a symbolic link",
	3: "is a device",
	4: "is a device",
	6: "is a pipe",
};

export interface DescribedEntry {
	readonly entry: TarEntry;
	readonly problem?: { readonly code: string; readonly message: string };
}

/** The next entry with what the headers before it say of it; undefined at the end mark, of which one block is read. */
export async function describedEntry(feed: ByteFeed, archive: string): Promise<DescribedEntry | undefined> {
	const before = new Map<string, string>();
	const records = new Map<string, string>();
	for (let globals = 0; ; ) {
		const header = await nextHeader(feed, archive);
		if (header === undefined) {
			if (before.size > 0) throw cutOff(archive, "after a header that describes an entry");
			return undefined;
		}
		if (!"LKxg".includes(header.type)) return judged(header, before.get("L"), records, feed.at());
		if (header.type === "g" ? ++globals > MAX_GLOBAL_HEADERS : before.has(header.type)) {
			throw archiveError("archive.malformed", archive, `an entry is described twice, at offset ${count(feed.at())}`);
		}
		const content = await metadata(feed, header, archive);
		if (header.type !== "g") before.set(header.type, textOf(untilZero(content)));
		if (header.type !== "x" && header.type !== "g") continue;
		for (const [key, value] of paxOf(content, header, archive, feed.at())) records.set(key, value);
	}
}

async function nextHeader(feed: ByteFeed, archive: string): Promise<TarHeader | undefined> {
	const at = feed.at();
	const block = await feed.take(BLOCK_BYTES);
	if (block.length < BLOCK_BYTES) throw cutOff(archive, `at offset ${count(at + block.length)}, before its end mark`);
	if (isZero(block)) return undefined;
	const header = parseHeader(block);
	if (typeof header === "string")
		throw archiveError("archive.malformed", archive, `the entry at offset ${count(at)} is damaged: ${header}`);
	return header;
}

async function metadata(feed: ByteFeed, { bytes, type }: TarHeader, archive: string): Promise<Buffer> {
	const most = type === "x" || type === "g" ? MAX_PAX_BYTES : MAX_LONG_NAME_BYTES;
	if (bytes > most) {
		const message = `a header of ${count(bytes)} bytes at offset ${count(feed.at())}, at most ${count(most)} are read`;
		throw archiveError("archive.malformed", archive, message);
	}
	const content = await feed.take(bytes);
	if (content.length < bytes || !(await feed.skip(-bytes & (BLOCK_BYTES - 1)))) throw cutOff(archive, "inside a header");
	return content;
}

function paxOf(content: Buffer, { type }: TarHeader, archive: string, at: number): Map<string, string> {
	const records = parsePax(content);
	if (records === undefined)
		throw archiveError("archive.malformed", archive, `the pax header before offset ${count(at)} is damaged`);
	const names = ["path", "size", "linkpath"].filter((key) => records.has(key));
	if (type === "g" && names.length > 0) {
		throw archiveError("archive.tampered", archive, `one header gives every entry the same ${names[0]}`);
	}
	return records;
}

function judged(
	header: TarHeader,
	longName: string | undefined,
	records: ReadonlyMap<string, string>,
	dataAt: number,
): DescribedEntry {
	const path = records.get("path");
	const said = path ?? longName ?? header.name;
	const size = records.get("size");
	const isFolder = header.type === "5" || (header.type === "0" && said.endsWith("/"));
	const bytes = size === undefined ? header.bytes : Math.min(Number(size), Number.MAX_SAFE_INTEGER);
	const entry: TarEntry = { name: plainName(said), bytes: Number.isInteger(bytes) ? bytes : 0, dataAt, isFolder };
	return { entry, ...problemOf(header, entry, { size, path, longName, records }) };
}

interface Said {
	readonly size: string | undefined;
	readonly path: string | undefined;
	readonly longName: string | undefined;
	readonly records: ReadonlyMap<string, string>;
}

function problemOf(header: TarHeader, entry: TarEntry, { size, path, longName, records }: Said): Pick<DescribedEntry, "problem"> {
	const problem = (code: string, message: string) => ({ problem: { code, message } });
	const link = LINKS[header.type];
	if (link !== undefined) return problem("archive.link", link);
	if (header.type === "S" || [...records.keys()].some((key) => key.startsWith("GNU.sparse.")))
		return problem("archive.sparse", "is sparse");
	if (!"057".includes(header.type)) return problem("archive.malformed", `is of the unknown type ${JSON.stringify(header.type)}`);
	if (size !== undefined && !/^\d+$/.test(size)) return problem("archive.malformed", "has a size that is no number");
	// Readers that know only one of the two would go on at another place and find other files there.
	if (size !== undefined && header.bytes !== 0 && header.bytes !== entry.bytes) {
		return problem("archive.tampered", `has ${count(header.bytes)} bytes in one header and ${count(entry.bytes)} in another`);
	}
	if (size !== undefined && header.bytes === 0 && entry.bytes > 0 && entry.bytes < 8 ** 11) {
		return problem("archive.tampered", `has no bytes in one header and ${count(entry.bytes)} in another`);
	}
	if (path !== undefined && longName !== undefined && path !== longName) {
		return problem("archive.tampered", "has two different long names");
	}
	if (entry.isFolder && entry.bytes > 0) return problem("archive.tampered", `is a folder and has ${count(entry.bytes)} bytes`);
	return {};
}

/** `./a/` is `a`, and `.` is the folder that was packed. */
function plainName(name: string): string {
	let from = 0;
	while (name.startsWith("./", from)) from += 2;
	let to = name.length;
	while (to > from + 1 && name[to - 1] === "/") to--;
	const plain = name.slice(from, to);
	return plain === "." ? "" : plain;
}

function untilZero(bytes: Buffer): Buffer {
	const end = bytes.indexOf(0);
	return end === -1 ? bytes : bytes.subarray(0, end);
}
