import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../../testing/encode-onnx.ts";
import { encodeTar } from "../../testing/encode-tar.ts";
import { encodeZip } from "../../testing/encode-zip.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { nestedZip, quinedZip } from "../../testing/zip-bombs.ts";
import { type CheckPackageOptions, checkPackage, checkWeightFile } from "../check-package.ts";

type Files = Record<string, string | Uint8Array | null>;

async function resultsOf(files: Files, options: CheckPackageOptions = {}) {
	const summary = await checkPackage(await writePackage(packageFiles(files)), options);
	return (id: string) => summary.results.find((result) => result.id === id)!;
}

const zeros = Buffer.alloc(20_000_000);
const pickle = Buffer.from("8004952e00000000000000", "hex");
const torch = [
	{ name: "archive/data.pkl", content: "x" },
	{ name: "archive/data/0", content: "PK weights" },
];
const elf = Buffer.from("7f454c46020101000000", "hex");

const refused: [string, string, string, Files, string][] = [
	["A06", "archive.path", "a checkpoint that writes outside", { "m.pt": encodeZip([{ name: "../x" }]) }, "'../x'"],
	["A06", "archive.path", "a tar among the files", { "code.tar": encodeTar([{ name: "/etc/passwd" }]) }, "absolute"],
	["A06", "archive.path", "a packed tar", { "code.tgz": gzipSync(encodeTar([{ name: "a/../../x" }])) }, "points outside"],
	["A06", "archive.duplicate", "twins", { "m.npz": encodeZip([{ name: "W.npy" }, { name: "w.npy" }]) }, "one path"],
	["A06", "archive.link", "a link", { "a.tar": encodeTar([{ name: "a", type: "2" }]) }, "symbolic link"],
	["A06", "archive.encrypted", "a password", { "m.pt": encodeZip([{ name: "a", flags: 1 }]) }, "encrypted"],
	["A06", "archive.tampered", "two names", { "m.pt": encodeZip([{ name: "a", local: { name: "b" } }]) }, "'b'"],
	["A06", "archive.malformed", "a zip that was cut off", { "m.pt": encodeZip(torch).subarray(0, 90) }, "no end record"],
	["A06", "archive.sparse", "a sparse file", { "a.tar": encodeTar([{ name: "a", type: "S" }]) }, "sparse"],
	["A07", "archive.bomb", "zeros", { "m.npz": encodeZip([{ name: "w.npy", content: zeros, deflate: true }]) }, "past 100:1"],
	["A07", "archive.bomb", "zeros in gzip", { "vocab.txt.gz": gzipSync(zeros) }, "past 100:1"],
	["A07", "archive.bomb", "entries that share bytes", { "m.zip": quinedZip(30) }, "share bytes"],
	["A07", "archive.bomb", "zips in zips", { "m.zip": nestedZip(2) }, "is a zip archive: archives inside archives"],
	["A07", "archive.too-many-files", "many entries", { "m.zip": encodeZip([{ name: "a" }], { entries: 20_000 }) }, "20,000"],
	[
		"A07",
		"archive.crc",
		"a wrong checksum",
		{ "m.pt": encodeZip([{ name: "data.pkl", content: "a", crc32: 1 }]) },
		"got e8b7be43",
	],
	["A07", "weights.cut-off", "a gzip that was cut off", { "a.gz": gzipSync("a".repeat(99)).subarray(0, 15) }, "cut off"],
	["A08", "weights.container", "7-Zip as a checkpoint", { "m.pt": Buffer.from("377abcaf271c0004", "hex") }, "is a 7-Zip archive"],
	["A08", "weights.container", "RAR as weights", { "m.bin": Buffer.from("526172211a0700", "hex") }, "is a RAR archive"],
	["A08", "weights.container", "xz as weights", { "m.safetensors": Buffer.from("fd377a585a0000", "hex") }, "is an xz stream"],
	["A08", "weights.container", "a script", { "m.bin": "#!/usr/bin/env python3\n" }, "is a script"],
	["A08", "weights.container", "a llamafile", { "m.bin": "MZqFpD='\n" }, "is a Windows executable"],
	["A08", "weights.container", "a Java class", { "m.bin": Buffer.from("cafebabe00000041", "hex") }, "is a Java executable"],
	[
		"A08",
		"weights.container",
		"a program in a checkpoint",
		{ "m.pt": encodeZip([...torch, { name: "archive/x", content: elf }]) },
		"holds 'archive/x'",
	],
	[
		"A08",
		"weights.container",
		"a packed program",
		{ "m.pt": encodeZip([{ name: "x", content: Buffer.concat([elf, zeros.subarray(0, 90)]), deflate: true }]) },
		"holds 'x'",
	],
	["A09", "weights.container", "PyTorch called NumPy", { "m.npz": encodeZip(torch) }, "is torch by its content"],
	["A09", "weights.container", "a pickle called HDF5", { "m.h5": pickle }, "is pickle"],
	["A09", "weights.container", "a zip called .pkl", { "m.pkl": encodeZip(torch) }, "is zip"],
	["A09", "weights.container", "nothing called .npy", { "m.npy": "abc" }, "does not begin like one"],
	["A09", "weights.container", "gzip called .zip", { "a.zip": gzipSync("a") }, "said to be a zip archive"],
	[
		"A09",
		"weights.polyglot",
		"a zip behind a pickle",
		{ "m.pt": Buffer.concat([pickle, encodeZip(torch)]) },
		"begins as pickle and ends as a zip archive of 2",
	],
	[
		"A09",
		"weights.polyglot",
		"a broken zip in a pickle",
		{ "m.pkl": Buffer.concat([pickle, encodeZip(torch).subarray(0, 90)]) },
		"header of a zip entry at offset 11",
	],
	[
		"A09",
		"weights.polyglot",
		"a zip behind ONNX",
		{ "x.onnx": Buffer.concat([encodeModel(), encodeZip(torch)]) },
		"ends as a zip archive",
	],
	[
		"A09",
		"archive.foreign-bytes",
		"bytes after a zip",
		{ "m.pt": encodeZip(torch, { trailing: Buffer.from("more") }) },
		"4 bytes after its end",
	],
	[
		"A09",
		"archive.foreign-bytes",
		"bytes after a gzip",
		{ "a.gz": Buffer.concat([gzipSync("a"), Buffer.from("PK")]) },
		"2 bytes after",
	],
];

describe("a package is refused", () => {
	it.each(refused)("by %s with %s for %s", async (id, code, _, files, words) => {
		const file = Object.keys(files)[0];
		const result = (await resultsOf(files))(id);
		expect(result).toMatchObject({ status: "fail", severity: "block", code, file, message: expect.stringContaining(words) });
		expect(result.hint).toMatch(/\w{3}/);
	});

	it("with all that is wrong with its archives, not only the first", async () => {
		const twice = encodeZip([{ name: "../x" }, { name: "a", flags: 1 }]);
		const result = (await resultsOf({ "a.zip": twice, "b.zip": encodeZip([{ name: "/y" }]) }))("A06");
		expect(result.findings?.map(({ code, file }) => [code, file])).toEqual([
			["archive.path", "a.zip"],
			["archive.encrypted", "a.zip"],
			["archive.path", "b.zip"],
		]);
	});

	it("also when its manifest cannot be read, and when a weight file comes alone", async () => {
		const bomb = encodeZip([{ name: "w.npy", content: zeros, deflate: true }]);
		expect((await resultsOf({ "model.yaml": "{", "m.npz": bomb }))("A07")).toMatchObject({
			status: "fail",
			code: "archive.bomb",
		});
		const folder = await writePackage({ "m.npz": bomb });
		expect(await checkWeightFile(`${folder}/m.npz`)).toMatchObject({ verdict: "fail" });
	});

	it("without an escape sequence of a file name reaching the terminal", async () => {
		const { message } = (await resultsOf({ "a.tar": encodeTar([{ name: "a\u001b[2J\nb" }]) }))("A06");
		expect(message).toContain("\\u001b[2J\\u000ab");
		expect(message).not.toMatch(/[\u0000-\u001f]/);
	});
});

describe("a package passes", () => {
	it.each([
		[
			"with a checkpoint of PyTorch",
			{
				"m.pt": encodeZip(
					torch.map((entry) => ({ ...entry, descriptor: true })),
					{ wide: true },
				),
			},
		],
		["with arrays of NumPy", { "m.npz": encodeZip([{ name: "w.npy", content: "abc".repeat(99), deflate: true, wide: true }]) }],
		["with a packed joblib file", { "m.joblib": gzipSync(pickle) }],
		["with a legacy checkpoint, a pickle", { "m.pt": pickle }],
		["with packed text", { "vocab.txt.gz": gzipSync("a b c") }],
		[
			"with a folder of code as tar",
			{
				"code.tar": encodeTar([
					{ name: "code/", type: "5" },
					{ name: "code/a.py", content: "x" },
				]),
			},
		],
		["with zeros below 16 MiB", { "a.gz": gzipSync(zeros.subarray(0, 10_000_000)) }],
		["with nothing but ONNX", {}],
	] as [string, Files][])("A06 to A09 %s", async (_, files) => {
		const of = await resultsOf(files);
		for (const id of ["A06", "A07", "A08", "A09"]) expect(of(id)).toMatchObject({ id, status: "pass" });
	});

	it("A09 as the format that the manifest says, whatever the file is called", async () => {
		const artifacts = { artifacts: "artifacts: [ { path: w.bin, format: torch, role: weights } ]" };
		const files = { "model.yaml": manifestText(artifacts), "w.bin": encodeZip(torch) };
		expect((await resultsOf(files))("A09")).toMatchObject({ status: "pass" });
		expect((await resultsOf({ ...files, "w.bin": pickle.subarray(0, 0) }))("A09")).toMatchObject({ status: "pass" });
		const claimed = {
			"model.yaml": manifestText({ artifacts: artifacts.artifacts.replace("torch", "safetensors") }),
			"w.bin": encodeZip(torch),
		};
		expect((await resultsOf(claimed))("A09")).toMatchObject({ status: "fail", code: "weights.container" });
	});

	it("A07 saying how much of a long stored archive it did not verify", async () => {
		const long = { name: "archive/data/0", content: Buffer.alloc(70_000_000, "weights ") };
		const result = (await resultsOf({ "m.pt": encodeZip([...torch.slice(0, 1), long]) }))("A07");
		expect(result).toMatchObject({ status: "pass", notVerified: [expect.stringContaining("1 stored entries of m.pt")] });
	});
});

describe("A10", () => {
	const host = (diskFreeBytes: number) => ({ memoryBytes: 2 ** 30, diskFreeBytes, cpus: 1, gpus: 0, versions: {} });

	it("refuses a package that does not fit the disk twice, with both figures", async () => {
		const result = (await resultsOf({}, { host: host(1500) }))("A10");
		expect(result).toMatchObject({
			status: "fail",
			code: "store.full",
			message: expect.stringMatching(/^1,500 bytes free, the package has [\d,]+: twice/),
		});
	});

	it("passes where there is room, and is skipped where nobody knows", async () => {
		expect((await resultsOf({}, { host: host(2 ** 30) }))("A10").status).toBe("pass");
		expect((await resultsOf({}))("A10")).toMatchObject({ status: "skipped", message: expect.stringContaining("not known") });
	});
});
