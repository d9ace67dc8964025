import { link, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeModel, floats, message, type TensorSpec, tensor, text, value } from "../testing/encode-onnx.ts";
import { manifestText, packageFiles, temporaryFolder, tensorSchema, writePackage } from "../testing/package-fixture.ts";
import { type CheckPackageOptions, checkPackage, checkWeightFile } from "./check-package.ts";

type Files = Record<string, string | Uint8Array | null>;

async function resultsOf(files: Files, options: CheckPackageOptions = {}) {
	const summary = await checkPackage(await writePackage(packageFiles(files)), options);
	return { summary, of: (id: string) => summary.results.find((result) => result.id === id)! };
}

const failing: [string, string, Files, string][] = [
	["M01", "a broken manifest", { "model.yaml": manifestText({ version: "version: 1.10" }) }, "model.yaml:2:"],
	["M01", "no manifest", { "model.yaml": null }, "there is no model.yaml"],
	[
		"A02",
		"a Git LFS pointer",
		{ "model.onnx": `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 5261334937\n` },
		"pointer for 5,261,334,937 bytes",
	],
	["A03", "a login page", { "model.onnx": "\n<!DOCTYPE html><html>" }, "'<!DOCTYPE html><html>'"],
	["A03", "an access denied answer", { "model.onnx": "<Error><Code>AccessDenied</Code></Error>" }, "<Error>"],
	["A03", "a JSON error", { "model.onnx": '{"error": "not found"}' }, "error page"],
	["A03", "a JSON status", { "model.onnx": '{"statusCode": 404}' }, "error page"],
	["A03", "a sentence", { "weights.bin": "Repository not found" }, "'Repository not found'"],
	["A03", "a sentence with a status", { "weights.bin": "404: Not Found\n" }, "'404: Not Found'"],
	["A03", "a page in UTF-16", { "weights.bin": Buffer.from("\ufeff<html>", "utf16le") }, "'<html>'"],
	["A05", "a file that is not there", { "CHANGES.md": null }, "names CHANGES.md, which is not in the package"],
	["A05", "an empty schema", { "input.schema.json": "" }, "input.schema.json is empty"],
	["A08", "a 7-Zip archive", { "model.onnx": Buffer.from("377abcaf271c0004", "hex") }, "is a 7-Zip archive"],
	["A08", "an executable beside the weights", { "extra.bin": Buffer.from("7f454c46020101", "hex") }, "ELF executable"],
	["A09", "a zip archive called ONNX", { "model.onnx": Buffer.from("504b0304aa", "hex") }, "is said to be onnx and is zip"],
	["C01", "a file that lost its second half", { "model.onnx": encodeModel().subarray(0, 40) }, "is cut off"],
	["C01", "a file without a graph", { "model.onnx": Uint8Array.of(8, 8) }, "has no graph"],
	["C02", "IR 14", { "model.onnx": encodeModel({ irVersion: 14 }) }, "IR 14 > 13 supported by onnxruntime 1.30.0"],
	["C02", "opset 27", { "model.onnx": encodeModel({ opset: 27 }) }, "opset 27 > 26"],
	["C02", "opset 5", { "model.onnx": encodeModel({ opset: 5 }) }, "opset 5 < 6"],
	[
		"C02",
		"an unknown runtime",
		{ "model.yaml": manifestText({ runtime: 'runtime: { kind: onnx, entry: model.onnx, versions: { onnxruntime: "9.9.9" } }' }) },
		"onnxruntime 9.9.9 are not known",
	],
	["C03", "an operator of native code", { "model.onnx": encodeModel({ domain: "acme", op: "Fast" }) }, "acme.Fast"],
	["C03", "an operator that runs Python", { "model.onnx": encodeModel({ domain: "com.microsoft", op: "PyOp" }) }, "PyOp"],
	[
		"C06",
		"an input of another name",
		{ "input.schema.json": tensorSchema("input") },
		"has the input 'input', the graph of model.onnx has features",
	],
	[
		"C06",
		"an input of another type",
		{ "input.schema.json": tensorSchema("features", "INT64") },
		"is FP32, the schema says INT64",
	],
	[
		"C06",
		"another fixed size",
		{ "input.schema.json": tensorSchema("features", "FP32", [3]) },
		"has the shape [2] for one instance, the schema says [3]",
	],
	["C06", "another rank", { "output.schema.json": tensorSchema("score", "FP32", [2, 2]) }, "the output 'score' has the shape"],
	[
		"C06",
		"an output that is a sequence, as scikit-learn's ZipMap gives",
		{ "model.onnx": encodeModel({ output: message(12, text(1, "score"), message(2, message(4))) }) },
		"the output 'score' is a sequence",
	],
	["C06", "a schema that is not JSON", { "input.schema.json": "{" }, "input.schema.json is not JSON"],
];

describe("the checks", () => {
	it("pass a sound package, and say what they could not look at", async () => {
		const { summary } = await resultsOf({});
		expect(summary).toMatchObject({ verdict: "pass", level: "L2" });
		const skipped = summary.results.filter((result) => result.status === "skipped");
		expect(skipped.map((result) => result.id)).toEqual(expect.arrayContaining(["A01", "A04", "H03", "H11"]));
		expect(skipped.filter((result) => result.message === "")).toEqual([]);
		expect(summary.notVerified.join()).toContain("no lock");
	});

	it.each(failing)("%s refuses %s", async (id, _, files, words) => {
		const { summary, of } = await resultsOf(files);
		expect(of(id)).toMatchObject({
			status: "fail",
			message: expect.stringContaining(words),
			hint: expect.stringMatching(/\w{3}/),
		});
		expect(summary.verdict).toBe("fail");
	});

	it("give no verdict on a check that the policy turned off, and say so", async () => {
		const { summary, of } = await resultsOf({ "model.onnx": encodeModel({ domain: "acme" }) }, { off: ["C03"] });
		expect(of("C03")).toMatchObject({ status: "skipped", message: "turned off by the endpoint's policy" });
		expect(summary.verdict).toBe("pass");
		expect(summary.notVerified.join()).toContain("C03");
	});

	it("refuse to turn off a check that does not exist", async () => {
		await expect(resultsOf({}, { off: ["C033"] })).rejects.toMatchObject({ code: "check.unknown", hint: "Did you mean C03?" });
	});

	it("show the reasons of parts left out", async () => {
		const { of } = await resultsOf({});
		expect(of("M02").message).toContain("no features: raw columns go in");
	});
});

const pre = { code: "code: { pre: pre.mjs, post: post.mjs }", features: "features: features.json" };

describe("C06 behind pre-processing code", () => {
	const files = (features: unknown): Files => ({
		"model.yaml": manifestText(pre),
		"pre.mjs": "export default () => ({});",
		"post.mjs": "export default () => [];",
		"input.schema.json": "{}",
		"features.json": JSON.stringify(features),
	});

	it("passes when the columns are as many as the graph takes", async () => {
		const { of } = await resultsOf(files({ input: "features", columns: ["a", "b"] }));
		expect(of("C06")).toMatchObject({ status: "pass", message: expect.stringContaining("2 columns of features.json") });
	});

	it("refuses another number of columns", async () => {
		const { of } = await resultsOf(files({ input: "features", columns: ["a", "b", "c"] }));
		expect(of("C06")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("takes 2 columns, features.json lists 3"),
		});
	});

	it("refuses another input name", async () => {
		const { of } = await resultsOf(files({ input: "feature", columns: ["a", "b"] }));
		expect(of("C06")).toMatchObject({ status: "fail", hint: "Did you mean 'features'?" });
	});

	it("refuses an input that is not float32", async () => {
		const model = encodeModel({ input: value(11, "features", ["n", 2], 7) });
		const { of } = await resultsOf({ ...files({ input: "features", columns: ["a", "b"] }), "model.onnx": model });
		expect(of("C06")).toMatchObject({ status: "fail", message: expect.stringContaining("is int64") });
	});
});

function external(entries: Record<string, string>): Files {
	const spec: TensorSpec = { name: "w", dims: [2, 2], external: { location: "weights.bin", ...entries } };
	return { "model.onnx": encodeModel({ tensors: [spec] }), "weights.bin": floats(1, 2, 3, 4) };
}

describe("C04", () => {
	it("passes external data that fit their file", async () => {
		expect((await resultsOf(external({ offset: "0", length: "16" }))).of("C04").status).toBe("pass");
	});

	it.each([
		[{ location: "../secret" }, "points outside the package"],
		[{ location: "sub/../../secret" }, "points outside the package"],
		[{ location: "/etc/passwd" }, "absolute"],
		[{ location: "..\\secret" }, "backslash"],
		[{ location: "*/_ORT_MEM_ADDR_/*" }, "address in memory"],
		[{ location: "none.bin" }, "does not exist"],
		[{ offset: "8" }, "ends at offset 24 of weights.bin, which is cut off at 16 bytes"],
		[{ offset: "18446744073709551616" }, "cut off at 16 bytes"],
		[{ offset: "-1" }, "is no number of bytes"],
		[{ length: "12" }, "says 12 bytes, its shape takes 16"],
		[{ command: "rm" }, "the key 'command' is not allowed"],
	] as [Record<string, string>, string][])("refuses external data with %j", async (entries, words) => {
		expect((await resultsOf(external(entries))).of("C04")).toMatchObject({
			status: "fail",
			message: expect.stringContaining(words),
		});
	});

	it("refuses a hard link, whose bytes may belong to somebody else", async () => {
		const folder = await writePackage(packageFiles({ ...external({}), "weights.bin": null }));
		const secret = join(await temporaryFolder(), "secret");
		await writeFile(secret, floats(1, 2, 3, 4));
		await link(secret, join(folder, "weights.bin"));
		const summary = await checkPackage(folder);
		expect(summary.results.find((result) => result.id === "C04")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("hard link"),
		});
	});

	it("refuses a symbolic link, also for a weight file alone", async () => {
		const folder = await writePackage({ "model.onnx": external({})["model.onnx"]!, real: floats(1, 2, 3, 4) });
		await symlink("real", join(folder, "weights.bin"));
		const summary = await checkWeightFile(join(folder, "model.onnx"));
		expect(summary.results.find((result) => result.id === "C04")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("symbolic link"),
		});
		await expect(checkPackage(folder)).rejects.toMatchObject({ code: "package.link" });
	});

	it("finds external data of tensors in attributes of subgraphs", async () => {
		const hidden = tensor(5, { name: "deep", dims: [1], external: { location: "../secret" } });
		const model = encodeModel({ attributes: [message(5, message(6, hidden))] });
		expect((await resultsOf({ "model.onnx": model })).of("C04")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("'deep'"),
		});
	});
});

describe("C05", () => {
	const many = (fill: number): Uint8Array =>
		floats(...Array.from({ length: 64 }, (_, index) => (index === 63 ? fill : index % 7)));

	it.each([
		["bytes that are too few", [{ name: "w", dims: [4], raw: floats(1, 2) }], "has 8 bytes, its shape [4] of float32 takes 16"],
		["no bytes at all", [{ name: "w", dims: [4] }], "has 0 values, its shape [4] of float32 takes 4"],
		[
			"a shape whose product overflows",
			[{ name: "w", dims: [2 ** 40, 2 ** 40], raw: floats(1) }],
			"takes 4,835,703,278,458,516,698,824,704",
		],
		["an unknown element type", [{ name: "w", dims: [1], elemType: 99, raw: floats(1) }], "unknown element type 99"],
		[
			"two tensors of one name",
			[
				{ name: "w", dims: [1], raw: floats(1) },
				{ name: "w", dims: [1], raw: floats(1) },
			],
			"stands twice",
		],
		["weights that are all zero", [{ name: "w", dims: [8, 8], raw: new Uint8Array(256) }], "is entirely zero"],
		["weights with NaN", [{ name: "w", dims: [8, 8], raw: many(Number.NaN) }], "NaN or infinite"],
		["weights with infinity", [{ name: "w", dims: [8, 8], raw: many(Number.NEGATIVE_INFINITY) }], "NaN or infinite"],
	] as [string, TensorSpec[], string][])("refuses %s", async (_, tensors, words) => {
		const { of } = await resultsOf({ "model.onnx": encodeModel({ tensors }) });
		expect(of("C05")).toMatchObject({ status: "fail", message: expect.stringContaining(words) });
	});

	it("passes finite weights, a zero bias and an infinite mask", async () => {
		const tensors = [
			{ name: "w", dims: [8, 8], raw: many(1) },
			{ name: "layer.bias", dims: [8, 8], raw: new Uint8Array(256) },
			{ name: "attention_mask", dims: [8, 8], raw: many(Number.NEGATIVE_INFINITY) },
		];
		expect((await resultsOf({ "model.onnx": encodeModel({ tensors }) })).of("C05").status).toBe("pass");
	});
});

describe("A01", () => {
	it("is skipped when nobody claimed anything", async () => {
		expect((await resultsOf({})).of("A01").message).toBe("the sender made no claim");
	});
});

describe("a weight file alone", () => {
	it("is refused when it is empty", async () => {
		const folder = await writePackage({ "model.onnx": encodeModel() });
		await truncate(join(folder, "model.onnx"), 0);
		expect(await checkWeightFile(join(folder, "model.onnx"))).toMatchObject({ verdict: "fail" });
	});

	it("takes no text for an error page that is looked at alone under a name of text", async () => {
		const folder = await writePackage({
			"README.md": "<p align=center>",
			"model.pmml": '<?xml version="1.0"?>',
			"page.bin": "<p align=center>",
		});
		const statusOf = async (name: string) =>
			(await checkWeightFile(join(folder, name))).results.find(({ id }) => id === "A03")?.status;
		expect([await statusOf("README.md"), await statusOf("model.pmml"), await statusOf("page.bin")]).toEqual([
			"pass",
			"pass",
			"fail",
		]);
	});

	it("that does not exist is named", async () => {
		await expect(checkWeightFile("/nowhere/model.onnx")).rejects.toMatchObject({ code: "package.not-found" });
	});
});
