import { lstat, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../files/read-at.ts";
import { encodeTar, type TarSpec } from "../testing/encode-tar.ts";
import { encodeZip, type ZipSpec } from "../testing/encode-zip.ts";
import { temporaryFolder } from "../testing/package-fixture.ts";
import { nestedZip, quinedZip } from "../testing/zip-bombs.ts";
import { isArchive } from "./archive-kind.ts";
import { type UnpackOptions, unpackArchive } from "./unpack.ts";

const files = [
	{ name: "model.yaml", content: "name: credit\n" },
	{ name: "code/" },
	{ name: "code/pre.mjs", content: "export default (x) => x;\n".repeat(100), deflate: true },
	{ name: "empty", content: "" },
];
const folders = (specs: readonly TarSpec[]): TarSpec[] =>
	specs.map((spec) => (spec.name.endsWith("/") ? { ...spec, type: "5" } : spec));
const kinds: [string, Buffer][] = [
	["model.zip", encodeZip(files)],
	["model.tar", encodeTar(folders(files))],
	["model.tar.gz", gzipSync(encodeTar(folders(files)))],
];

async function unpack(bytes: Uint8Array, options: UnpackOptions = {}) {
	const target = join(await temporaryFolder(), "unpacked");
	const answer = await unpackArchive(bytesSource(bytes), "model.zip", target, options).catch((error) => error);
	return { answer, target };
}

async function listing(folder: string): Promise<string[]> {
	return (await readdir(folder, { recursive: true })).sort();
}

describe("an archive of a package", () => {
	it.each(kinds)("%s is unpacked into a new folder", async (_, bytes) => {
		const { answer, target } = await unpack(bytes);
		expect(answer).toEqual({ files: 3, bytes: 13 + 2500 });
		expect(await listing(target)).toEqual(["code", "code/pre.mjs", "empty", "model.yaml"]);
		expect(await readFile(join(target, "model.yaml"), "utf8")).toBe("name: credit\n");
		expect((await lstat(join(target, "model.yaml"))).mode & 0o777).toBe(0o644);
	});

	it.each([
		["zip", encodeZip(files.map((file) => ({ ...file, name: `credit/${file.name}` })))],
		["tar", encodeTar(folders(files.map((file) => ({ ...file, name: `./credit/${file.name}` }))))],
		[
			"a folder in it called like itself",
			encodeTar([{ name: "credit/model.yaml" }, { name: "credit/credit/a" }, { name: "credit/unpacked" }]),
		],
	])("loses the one folder around it: %s", async (_, bytes) => {
		const { target } = await unpack(bytes);
		expect(await listing(target)).toContain("model.yaml");
	});

	it("keeps the one folder when no manifest is in it", async () => {
		const { target } = await unpack(encodeTar([{ name: "weights/model.onnx", content: "x" }]));
		expect(await listing(target)).toEqual(["weights", "weights/model.onnx"]);
	});

	it("may hold a checkpoint that is a zip itself", async () => {
		const checkpoint = encodeZip([{ name: "archive/data.pkl", content: "x" }]);
		expect((await unpack(encodeTar([{ name: "model.pt", content: checkpoint }]))).answer).toMatchObject({ files: 1 });
	});

	it("tells how far it is", async () => {
		const seen: number[] = [];
		await unpack(kinds[0]![1], { onProgress: ({ bytes }) => seen.push(bytes) });
		expect(seen.at(-1)).toBe(2513);
		expect(seen).toEqual(seen.toSorted((a, b) => a - b));
	});

	it("is known by its bytes or by its name", async () => {
		for (const [name, bytes] of kinds) {
			expect(isArchive(name)).toBe(true);
			expect(await isArchive(bytesSource(bytes))).toBe(true);
		}
		expect(isArchive("model.pt")).toBe(false);
		expect(await isArchive(bytesSource(gzipSync("a text")))).toBe(false);
		expect(await isArchive(bytesSource(Buffer.from("a text")))).toBe(false);
	});
});

const tar = (...specs: TarSpec[]) => encodeTar([{ name: "model.yaml", content: "x" }, ...specs]);
const zip = (...specs: ZipSpec[]) => encodeZip([{ name: "model.yaml", content: "x" }, ...specs]);
const zeros = Buffer.alloc(40_000_000);
const refused: [string, string, Uint8Array][] = [
	["archive.path", "a path above the folder", tar({ name: "../../etc/cron.d/x" })],
	["archive.path", "an absolute path", tar({ name: "/etc/passwd" })],
	["archive.path", "a drive letter", tar({ name: "C:\\x" })],
	["archive.link", "a link and a file behind it", tar({ name: "a", type: "2", linkName: "/etc" }, { name: "a/passwd" })],
	["archive.link", "a link in a zip, by its mode", zip({ name: "a", content: "/etc", mode: 0o120777 })],
	["archive.link", "a hard link", tar({ name: "a", type: "1", linkName: "model.yaml" })],
	["archive.link", "a pipe", tar({ name: "a", type: "6" })],
	["archive.bomb", "zeros in gzip", gzipSync(tar({ name: "a", content: zeros }))],
	["archive.bomb", "zeros in zip", zip({ name: "a", content: zeros, deflate: true })],
	[
		"archive.bomb",
		"zeros in many small entries",
		zip(
			...Array.from({ length: 40 }, (_, index) => ({ name: `${index}`, content: zeros.subarray(0, 1_000_000), deflate: true })),
		),
	],
	["archive.bomb", "zips in zips in zips", nestedZip(3, 2)],
	["archive.bomb", "entries that share bytes", quinedZip(30)],
	["archive.duplicate", "names that differ in case", tar({ name: "Model.onnx" }, { name: "model.onnx" })],
	["archive.duplicate", "names that differ in Unicode form", tar({ name: "cafe\u0301" }, { name: "caf\u00e9" })],
	["package.path", "a name that is not NFC", tar({ name: "cafe\u0301" })],
	["archive.tampered", "another name before the content", zip({ name: "a", local: { name: "b" } })],
	["archive.tampered", "more content than it says", zip({ name: "a", content: "abcabc", deflate: true, bytes: 3 })],
	["archive.encrypted", "a password", zip({ name: "a", flags: 1 })],
	["archive.crc", "a wrong checksum, stored", zip({ name: "a", content: "abc", crc32: 1 })],
	["archive.crc", "a wrong checksum, deflated", zip({ name: "a", content: "abc", crc32: 1, deflate: true })],
	["archive.malformed", "a program before a zip", encodeZip([{ name: "a" }], { leading: Buffer.from("#!/bin/sh\n") })],
	["archive.foreign-bytes", "a program after a zip", encodeZip([{ name: "a" }], { trailing: Buffer.from("#!/bin/sh\n") })],
	["archive.foreign-bytes", "something after a tar", encodeTar([{ name: "a" }], Buffer.from("more"))],
	["archive.foreign-bytes", "something after a gzip", Buffer.concat([gzipSync(tar()), Buffer.from("more")])],
	["archive.malformed", "a 7-Zip archive called .zip", Buffer.from("377abcaf271c0004", "hex")],
	["archive.malformed", "gzip without tar", gzipSync("a text")],
	["weights.cut-off", "a tar that was cut off", tar({ name: "a", content: "x".repeat(2000) }).subarray(0, 2000)],
	["weights.cut-off", "a tar.gz that was cut off", gzipSync(tar({ name: "a", content: "x".repeat(2000) })).subarray(0, 90)],
];

describe("nothing is left of an archive", () => {
	it.each(refused)("that is refused with %s for %s", async (code, _, bytes) => {
		const { answer, target } = await unpack(bytes);
		expect(answer).toMatchObject({ code });
		await expect(lstat(target)).rejects.toMatchObject({ code: "ENOENT" });
	});

	it("that is larger than wanted", async () => {
		const { answer, target } = await unpack(kinds[1]![1], { quotaBytes: 1000 });
		expect(answer).toMatchObject({ code: "archive.bomb", message: expect.stringContaining("more than 1,000 bytes") });
		await expect(lstat(target)).rejects.toMatchObject({ code: "ENOENT" });
	});

	it.each(kinds)("whose unpacking was aborted: %s", async (_, bytes) => {
		const stop = new AbortController();
		const { answer, target } = await unpack(bytes, { signal: stop.signal, onProgress: () => stop.abort() });
		expect(answer).toMatchObject({ name: "AbortError" });
		await expect(lstat(target)).rejects.toMatchObject({ code: "ENOENT" });
	});

	it("in a folder that was there before, which stays", async () => {
		const target = await temporaryFolder();
		await expect(unpackArchive(bytesSource(tar({ name: "../x" })), "m.tar", target)).rejects.toMatchObject({
			code: "archive.path",
		});
		expect(await readdir(target)).toEqual([]);
	});
});

describe("a folder", () => {
	it("that holds something is not unpacked into, and stays as it is", async () => {
		const target = await temporaryFolder();
		await writeFile(join(target, "mine"), "x");
		await expect(unpackArchive(bytesSource(kinds[0]![1]), "m.zip", target)).rejects.toMatchObject({ code: "store.unwritable" });
		expect(await readdir(target)).toEqual(["mine"]);
	});

	it("in which somebody puts a link meanwhile does not lead out", async () => {
		const outside = await temporaryFolder();
		const target = await temporaryFolder();
		const bytes = encodeZip([
			{ name: "first", content: "1" },
			{ name: "dir/evil", content: "2" },
		]);
		const onProgress = async () => symlink(outside, join(target, "dir")).catch(() => undefined);
		let waited: Promise<void> | undefined;
		const slow = {
			size: bytes.length,
			read: async (offset: number, length: number) => {
				await waited;
				return bytes.subarray(offset, offset + length);
			},
		};
		await expect(
			unpackArchive(slow, "m.zip", target, {
				onProgress: () => {
					waited ??= onProgress();
				},
			}),
		).rejects.toThrow(/EEXIST/);
		expect(await readdir(outside)).toEqual([]);
	});
});
