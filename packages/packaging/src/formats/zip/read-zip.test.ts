import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { encodeZip, type ZipEncoding, type ZipSpec } from "../../testing/encode-zip.ts";
import { quinedZip } from "../../testing/zip-bombs.ts";
import { inspectZip, readZip } from "./read-zip.ts";

const read = (bytes: Uint8Array) => readZip(bytesSource(bytes), "m.zip");
const refusal = (specs: readonly ZipSpec[], options?: ZipEncoding) => read(encodeZip(specs, options)).catch((error) => error);

describe("a sound zip archive", () => {
	it("is read with the place of each entry's content", async () => {
		const bytes = encodeZip([
			{ name: "dir/" },
			{ name: "dir/a", content: "abc" },
			{ name: "b", content: "b".repeat(100), deflate: true },
		]);
		const { entries, ...around } = await read(bytes);
		expect(around).toEqual({ leadingBytes: 0, trailingBytes: 0, hiddenBytes: 0 });
		expect(entries.map(({ name, method, bytes, isFolder }) => [name, method, bytes, isFolder])).toEqual([
			["dir/", 0, 0, true],
			["dir/a", 0, 3, false],
			["b", 8, 100, false],
		]);
		expect(bytes.subarray(entries[1]!.dataAt).toString("latin1", 0, 3)).toBe("abc");
	});

	it("may tell its sizes after the content, as PyTorch does, or in zip64 fields, as NumPy does", async () => {
		const specs = [
			{ name: "archive/data.pkl", content: "x", descriptor: true },
			{ name: "archive/data/0", content: "y".repeat(64), descriptor: true },
		];
		expect((await read(encodeZip(specs, { wide: true }))).entries).toHaveLength(2);
		const wide = await read(
			encodeZip([
				{ name: "a.npy", content: "abc", wide: true },
				{ name: "b", content: "d".repeat(99), deflate: true, wide: true },
			]),
		);
		expect(wide.entries.map((entry) => entry.bytes)).toEqual([3, 99]);
	});

	it("may be empty or have a comment, and may hold another archive as its last entry", async () => {
		expect((await read(encodeZip([]))).entries).toEqual([]);
		const inner = encodeZip([{ name: "a", content: "1" }]);
		const { trailingBytes, entries } = await read(
			encodeZip([{ name: "inner.zip", content: inner }], { comment: Buffer.from("made today") }),
		);
		expect([trailingBytes, entries.length]).toEqual([0, 1]);
	});

	it("tells the bytes before, after and between its entries", async () => {
		const around = { leading: Buffer.from("#!/bin/sh\n"), trailing: Buffer.from("more") };
		expect(await read(encodeZip([{ name: "a", content: "1" }], around))).toMatchObject({ leadingBytes: 10, trailingBytes: 4 });
		const gap = encodeZip([{ name: "a", content: `1${"?".repeat(40)}`, compressedBytes: 1, bytes: 1, crc32: 7 }, { name: "b" }]);
		expect(await read(gap)).toMatchObject({ hiddenBytes: 40 });
	});
});

const a = { name: "a", content: "abc" };
const refused: [string, string, readonly ZipSpec[], ZipEncoding?][] = [
	["archive.path", "an entry above the folder", [{ name: "../../etc/cron.d/x" }]],
	["archive.path", "an absolute name", [{ name: "/etc/passwd" }]],
	["archive.path", "a drive letter", [{ name: "C:x" }]],
	["archive.path", "a backslash", [{ name: "a\\..\\b" }]],
	["archive.path", "a NUL, after which some programs stop reading", [{ name: "model.pkl\0.txt" }]],
	["archive.path", "bytes that are not Unicode", [{ name: Buffer.from([0x61, 0xff]) }]],
	["archive.path", "an empty name", [{ name: "" }]],
	["archive.path", "a long name", [{ name: "n".repeat(256) }]],
	["archive.link", "a symbolic link", [{ name: "a", content: "/etc", mode: 0o120777 }]],
	["archive.link", "a device", [{ name: "a", mode: 0o20666 }]],
	["archive.duplicate", "one name twice", [a, a]],
	["archive.duplicate", "names that differ in case", [{ name: "Model.onnx" }, { name: "model.onnx" }]],
	["archive.duplicate", "names that differ in Unicode form", [{ name: "caf\u00e9" }, { name: "cafe\u0301" }]],
	["archive.duplicate", "folders that differ in case", [{ name: "A/x" }, { name: "a/y" }]],
	["archive.duplicate", "a file where another entry has a folder", [{ name: "a/b" }, { name: "a" }]],
	["archive.encrypted", "the flag of a password", [{ ...a, flags: 0x801 }]],
	["archive.encrypted", "the flag of strong encryption", [{ ...a, flags: 0x840 }]],
	["archive.encrypted", "AES", [{ ...a, method: 99 }]],
	["archive.method", "LZMA", [{ ...a, method: 14 }]],
	["archive.tampered", "another name before the content", [{ ...a, local: { name: "b" } }]],
	["archive.tampered", "another size before the content", [{ ...a, local: { bytes: 2, compressedBytes: 2 } }]],
	["archive.tampered", "another method before the content", [{ ...a, local: { method: 8 } }]],
	["archive.tampered", "another checksum before the content", [{ ...a, local: { crc32: 5 } }]],
	["archive.tampered", "encryption said only before the content", [{ ...a, local: { flags: 0x801 } }]],
	["archive.tampered", "a stored entry of two sizes", [{ ...a, bytes: 9 }]],
	["archive.tampered", "a folder with content", [{ name: "d/", content: "x" }]],
	["archive.tampered", "an entry that the directory leaves out", [a, { name: "b", content: "x", unlisted: true }, { name: "c" }]],
	["archive.tampered", "more entries than its end counts", [a, { name: "b" }], { entries: 1 }],
	["archive.malformed", "fewer entries than its end counts", [a], { entries: 2 }],
	["archive.malformed", "no local header", [{ ...a, localOffset: 1 }]],
	["archive.malformed", "content beyond the directory", [{ ...a, bytes: 99, compressedBytes: 99 }]],
	["archive.too-many-files", "more than 10,000 entries", [a], { entries: 10_001 }],
];

describe("a zip archive is refused", () => {
	it.each(refused)("with %s for %s", async (code, _, specs, options) => {
		expect(await refusal(specs, options)).toMatchObject({ code, path: "m.zip" });
	});

	it("for entries that share bytes, as a bomb of little size has them", async () => {
		await expect(read(quinedZip(20))).rejects.toMatchObject({
			code: "archive.bomb",
			message: expect.stringContaining("share bytes"),
		});
	});

	it("for an extra field that gives another name to some programs", async () => {
		const other = Buffer.concat([Buffer.from([0x75, 0x70, 9, 0, 1, 0, 0, 0, 0]), Buffer.from("evil")]);
		expect(await refusal([{ ...a, extra: other }])).toMatchObject({
			code: "archive.tampered",
			message: expect.stringContaining("'evil'"),
		});
	});

	it("for two end records, of which each program takes another", async () => {
		const inner = encodeZip([{ name: "evil", content: "1" }]);
		expect(await refusal([a], { comment: inner })).toMatchObject({
			code: "archive.tampered",
			message: expect.stringContaining("two end records"),
		});
	});

	it("for a zip64 end record that disagrees with the plain one", async () => {
		const bytes = encodeZip([a], { wide: true });
		bytes.writeUInt16LE(2, bytes.length - 12);
		await expect(read(bytes)).rejects.toMatchObject({ code: "archive.tampered" });
	});

	it("that was cut off anywhere", async () => {
		const bytes = encodeZip([a, { name: "b", content: deflateRawSync("x") }], { wide: true });
		for (let size = 0; size < bytes.length; size++) {
			await expect(read(bytes.subarray(0, size))).rejects.toMatchObject({ code: "archive.malformed" });
		}
	});

	it("with names spelled out that would move a terminal's cursor", async () => {
		const error = await refusal([{ name: "a\u001b[2Jb\nc" }]);
		expect(error.message).toContain("'a\\u001b[2Jb\\u000ac'");
	});
});

it("all that is wrong with a zip archive can be had at once", async () => {
	const codes: string[] = [];
	const bytes = encodeZip([{ name: "../x" }, a, { name: "A" }, { name: "l", mode: 0o120777 }, { name: "ok" }]);
	const { entries } = await inspectZip(bytesSource(bytes), "m.zip", (problem) => codes.push(problem.code));
	expect(codes).toEqual(["archive.path", "archive.duplicate", "archive.link"]);
	expect(entries.map((entry) => entry.name)).toEqual(["a", "ok"]);
});
