import type { HeadgateError } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { encodeTar, encodeTarEntry, type TarSpec } from "../../testing/encode-tar.ts";
import { fileFeed, streamFeed } from "./byte-feed.ts";
import { readTar, tarEntries } from "./read-tar.ts";

const read = (bytes: Uint8Array) => readTar(bytesSource(bytes), "m.tar");
const refuse = (problem: HeadgateError): never => {
	throw problem;
};
const longName = `${"folder/".repeat(30)}model.onnx`;

describe("a sound tar archive", () => {
	it("is read with the place of each entry's content", async () => {
		const bytes = encodeTar([
			{ name: "dir/", type: "5" },
			{ name: "dir/a", content: "abc" },
			{ name: "b", content: "d".repeat(600) },
		]);
		const { entries, trailingBytes } = await read(bytes);
		expect(trailingBytes).toBe(0);
		expect(entries.map(({ name, bytes, isFolder }) => [name, bytes, isFolder])).toEqual([
			["dir", 0, true],
			["dir/a", 3, false],
			["b", 600, false],
		]);
		expect(bytes.toString("latin1", entries[1]!.dataAt, entries[1]!.dataAt + 3)).toBe("abc");
	});

	it.each([
		["the POSIX prefix", { name: "model.onnx", prefix: "folder/".repeat(20).slice(0, -1) }, `${"folder/".repeat(20)}model.onnx`],
		["GNU's long name", { name: "cut", longName }, longName],
		["a pax header", { name: "cut", pax: { path: longName, mtime: "1.5" } }, longName],
		["a pax header in another language", { name: "cut", pax: { path: "modèle/日本.onnx" } }, "modèle/日本.onnx"],
		["./ before it", { name: "./model.onnx" }, "model.onnx"],
		["the old GNU mark", { name: "model.onnx", magic: "ustar  \0", prefix: "13371337" }, "model.onnx"],
		["no mark at all, as in 1979", { name: "model.onnx", magic: "\0\0\0\0\0\0" }, "model.onnx"],
	] as [string, TarSpec, string][])("may give a name by %s", async (_, spec, name) => {
		expect((await read(encodeTar([{ ...spec, content: "x" }]))).entries).toMatchObject([{ name, bytes: 1, isFolder: false }]);
	});

	it("may say a size as a binary number, and begin with the folder that was packed", async () => {
		const bytes = encodeTar([
			{ name: "./", type: "5" },
			{ name: "./a", content: "abc", binarySize: true },
		]);
		expect((await read(bytes)).entries).toMatchObject([{ name: "a", bytes: 3 }]);
	});

	it("may be filled up with zeros; anything else after its end is told", async () => {
		const specs = [{ name: "a", content: "x" }];
		expect((await read(encodeTar(specs, Buffer.alloc(8192)))).trailingBytes).toBe(0);
		expect((await read(encodeTar(specs, Buffer.from("PK more")))).trailingBytes).toBe(7);
	});

	it("is the same one when it comes as a stream in small pieces", async () => {
		const bytes = encodeTar([
			{ name: "a", content: "abc" },
			{ name: "b", content: "d".repeat(600) },
		]);
		const pieces = async function* () {
			for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
		};
		const found: [string, string][] = [];
		const feed = streamFeed(pieces());
		for await (const entry of tarEntries(feed, "m.tar", refuse)) {
			const parts: Uint8Array[] = [];
			for await (const piece of feed.pieces(entry.bytes)) parts.push(piece);
			found.push([entry.name, Buffer.concat(parts).toString()]);
		}
		expect(found).toEqual([
			["a", "abc"],
			["b", "d".repeat(600)],
		]);
	});
});

const a = { name: "a", content: "abc" };
const refused: [string, string, readonly TarSpec[]][] = [
	["archive.path", "an entry above the folder", [{ name: "../../etc/cron.d/x" }]],
	["archive.path", "an entry above the folder, by a pax header", [{ name: "a", pax: { path: "x/../../y" } }]],
	["archive.path", "an absolute name", [{ name: "/etc/passwd" }]],
	["archive.path", "the root", [{ name: "/", type: "5" }]],
	["archive.path", "a drive letter", [{ name: "C:\\x" }]],
	["archive.path", "no name", [{ name: "" }]],
	["archive.path", "an escape sequence", [{ name: "a\u001b[31m" }]],
	["archive.link", "a symbolic link and a file behind it", [{ name: "a", type: "2", linkName: "/etc" }, { name: "a/passwd" }]],
	["archive.link", "a hard link", [a, { name: "b", type: "1", linkName: "a" }]],
	["archive.link", "a pipe", [{ name: "a", type: "6" }]],
	["archive.link", "a device", [{ name: "a", type: "3" }]],
	["archive.sparse", "GNU's sparse file", [{ name: "a", type: "S" }]],
	["archive.sparse", "a pax sparse file", [{ ...a, pax: { "GNU.sparse.realsize": "99999999" } }]],
	["archive.duplicate", "names that differ in case", [{ name: "Model.onnx" }, { name: "model.onnx" }]],
	["archive.duplicate", "names that differ in Unicode form", [{ name: "cafe\u0301" }, { name: "caf\u00e9" }]],
	["archive.tampered", "two sizes, of which each program takes another", [{ ...a, pax: { size: "1024" } }]],
	["archive.tampered", "a size only in the pax header", [{ ...a, bytes: 0, pax: { size: "3" } }]],
	["archive.tampered", "two long names", [{ ...a, longName: "b", pax: { path: "c" } }]],
	["archive.malformed", "a wrong checksum", [{ ...a, checksum: 7 }]],
	["archive.malformed", "a type that nobody knows", [{ ...a, type: "M" }]],
	["archive.malformed", "a pax header that is none", [{ name: "x", type: "x", content: "12 path" }, a]],
	[
		"archive.malformed",
		"two pax headers",
		[
			{ name: "x", type: "x", content: "6 a=b\n" },
			{ ...a, pax: { a: "b" } },
		],
	],
	["archive.malformed", "a name of a gigabyte", [{ name: "L", type: "L", bytes: 2 ** 30 }]],
	["archive.tampered", "one path for every entry", [{ name: "g", type: "g", content: "9 path=x\n" }, a]],
	["weights.cut-off", "an entry that is longer than the file", [{ ...a, bytes: 2 ** 30 }]],
	["weights.cut-off", "an entry of 2^63 bytes", [{ ...a, bytes: 2 ** 62, binarySize: true }]],
];

describe("a tar archive is refused", () => {
	it.each(refused)("with %s for %s", async (code, _, specs) => {
		await expect(read(encodeTar(specs))).rejects.toMatchObject({ code, path: "m.tar" });
	});

	it("that was cut off anywhere before its end mark", async () => {
		const bytes = encodeTar([a, { name: "b", content: "x".repeat(700), longName: "c".repeat(200) }]);
		for (let size = 0; size <= bytes.length - 1024; size += 128) {
			await expect(read(bytes.subarray(0, size))).rejects.toMatchObject({ code: "weights.cut-off" });
		}
	});

	it("that goes on after a block of zeros, where some programs stop", async () => {
		const bytes = Buffer.concat([encodeTarEntry(a), Buffer.alloc(512), encodeTarEntry({ name: "b" }), Buffer.alloc(1024)]);
		await expect(read(bytes)).rejects.toMatchObject({ code: "archive.tampered" });
	});

	it("at its 10,001st entry, long before 300,000 empty files are read", async () => {
		const bytes = Buffer.alloc(300_000 * 512);
		const header = encodeTarEntry({ name: "f000000" });
		for (let index = 0; index < 300_000; index++) encodeName(bytes, header, index);
		const feed = fileFeed(bytesSource(bytes));
		await expect(async () => {
			for await (const _ of tarEntries(feed, "m.tar", refuse));
		}).rejects.toMatchObject({ code: "archive.too-many-files" });
		expect(feed.at()).toBeLessThanOrEqual(10_001 * 512);
	});

	it("with all that is wrong, when all is wanted", async () => {
		const codes: string[] = [];
		const bytes = encodeTar([{ name: "../x" }, a, { name: "A" }, { name: "l", type: "2" }, { name: "ok" }]);
		const names: string[] = [];
		for await (const entry of tarEntries(fileFeed(bytesSource(bytes)), "m.tar", ({ code }) => codes.push(code)))
			names.push(entry.name);
		expect(codes).toEqual(["archive.path", "archive.duplicate", "archive.link"]);
		expect(names).toEqual(["a", "ok"]);
	});
});

/** The same header under another name, with its checksum. */
function encodeName(into: Buffer, header: Buffer, index: number): void {
	const name = `f${String(index).padStart(6, "0")}`;
	const sumOf = (text: string): number => Buffer.from(text).reduce((total, byte) => total + byte, 0);
	const sum = Number.parseInt(header.toString("latin1", 148, 154), 8) + sumOf(name) - sumOf("f000000");
	header.copy(into, index * 512);
	into.write(name, index * 512, "latin1");
	into.write(sum.toString(8).padStart(6, "0"), index * 512 + 148, "latin1");
}
