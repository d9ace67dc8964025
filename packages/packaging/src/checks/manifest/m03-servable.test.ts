import { describe, expect, it } from "vitest";
import { encodeModel, message, text, value } from "../../testing/encode-onnx.ts";
import { manifestText, packageFiles, tensorSchema, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage, checkWeightFile } from "../check-package.ts";

async function ofFile(name: string, bytes: Uint8Array | string) {
	const folder = await writePackage({ [name]: bytes });
	const summary = await checkWeightFile(`${folder}/${name}`);
	return { verdict: summary.verdict, result: summary.results.find(({ id }) => id === "M03")! };
}

async function ofPackage(files: Record<string, string | Uint8Array>) {
	const summary = await checkPackage(await writePackage(packageFiles(files)));
	return summary.results.find(({ id }) => id === "M03")!;
}

const sequence = (name: string) => message(11, text(1, name), message(2, message(4)));

describe("M03", () => {
	it("names the runtime that serves a package, and a graph alone", async () => {
		expect(await ofPackage({})).toMatchObject({ status: "pass", detail: { servable: true, runtime: "onnx" } });
		expect((await ofFile("model.onnx", encodeModel())).result).toMatchObject({
			status: "pass",
			message: "the onnx runtime serves it",
		});
	});

	it("says of a valid graph with a sequence why it is not servable, and refuses nothing", async () => {
		const { verdict, result } = await ofFile("model.onnx", encodeModel({ input: sequence("features") }));
		expect(verdict).toBe("pass");
		expect(result).toMatchObject({ status: "fail", severity: "info", code: "package.not-servable", detail: { servable: false } });
		expect(result.message).toContain("the input 'features' is a sequence");
	});

	it("tells which code a graph with a fixed number of rows, or with float16, needs", async () => {
		const fixed = encodeModel({ input: value(11, "features", [3, 2]), output: value(12, "score", [3, 2]) });
		expect((await ofFile("model.onnx", fixed)).result.message).toContain("code.pre and code.post");
		const half = encodeModel({ input: value(11, "features", ["n", 2], 10) });
		expect((await ofFile("model.onnx", half)).result).toMatchObject({
			status: "pass",
			message: expect.stringContaining("code.pre"),
		});
	});

	it("has no tensors of complex numbers, whatever the code", async () => {
		const complex = encodeModel({ input: value(11, "features", ["n", 2], 14) });
		expect((await ofFile("model.onnx", complex)).result.message).toContain("complex64");
	});

	it("warns of a package without the code that its graph needs, and not of one with it", async () => {
		const model = encodeModel({ input: value(11, "features", [3, 2]) });
		expect(await ofPackage({ "model.onnx": model })).toMatchObject({ status: "fail", severity: "warn", file: "model.onnx" });
		const pre = { "model.yaml": manifestText({ code: "code: { pre: pre.mjs }" }), "pre.mjs": "export default () => ({});" };
		expect(await ofPackage({ "model.onnx": model, ...pre })).toMatchObject({ status: "pass" });
	});

	it("says of other formats what would serve them", async () => {
		expect((await ofFile("model.gguf", Buffer.from("GGUF\x03\0\0\0"))).result.message).toContain("llama.cpp");
		expect((await ofFile("array.npy", Buffer.from("\x93NUMPY", "latin1"))).result.message).toContain("no model");
		expect((await ofFile("words.bin", "nothing")).result).toMatchObject({ status: "skipped" });
	});

	it("warns of a runtime kind that this release does not have, and lets it be pushed", async () => {
		const runtime = 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.2" } }';
		const files = {
			"model.yaml": manifestText({ runtime }),
			"load.py": "def load():\n\tpass\n",
			"input.schema.json": tensorSchema("features"),
		};
		expect(await ofPackage(files)).toMatchObject({
			severity: "warn",
			message: expect.stringContaining("runtime.kind is python"),
		});
	});
});
