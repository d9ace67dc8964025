import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { npy } from "../../testing/encode-npy.ts";
import {
	BUILD,
	bytes,
	call,
	dict,
	EMPTY_TUPLE,
	global,
	joblibArray,
	MARK,
	NEWOBJ,
	NONE,
	PROTO4,
	pickle,
	STOP,
	text,
	torchTensor,
} from "../../testing/encode-pickle.ts";
import { encodeTar } from "../../testing/encode-tar.ts";
import { encodeZip, type ZipSpec } from "../../testing/encode-zip.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage, checkWeightFile } from "../check-package.ts";

const SYSTEM = pickle(PROTO4, call("posix", "system", text("id")), STOP);
const PLAIN = pickle(PROTO4, NONE, STOP);
const SVC = (version: string) =>
	pickle(
		PROTO4,
		global("sklearn.svm._classes", "SVC"),
		EMPTY_TUPLE,
		NEWOBJ,
		dict({ _sklearn_version: text(version) }),
		BUILD,
		STOP,
	);

/** The outcome of one check over a package with these files besides. */
async function outcome(id: string, files: Readonly<Record<string, string | Uint8Array | null>>) {
	const { results } = await checkPackage(await writePackage(packageFiles(files)));
	return results.find((result) => result.id === id)!;
}
const codesOf = async (id: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<(string | undefined)[]> =>
	(await outcome(id, files)).findings?.map(({ code }) => code) ?? [];

/** A file alone. */
async function alone(name: string, content: Uint8Array) {
	return checkWeightFile(join(await writePackage({ [name]: content }), name));
}

function torch(
	more: readonly ZipSpec[] = [],
	object: Uint8Array = torchTensor("FloatStorage", "0", 3),
	storageBytes = 12,
): Buffer {
	return encodeZip([
		{ name: "archive/data.pkl", content: pickle("\x80\x02", object, STOP) },
		{ name: "archive/data/0", content: Buffer.alloc(storageBytes, 0x80) },
		{ name: "archive/version", content: "3\n" },
		...more,
	]);
}

/** A torch file whose one storage has this content. */
function storageOf(content: Uint8Array): Buffer {
	return encodeZip([
		{ name: "a/data.pkl", content: pickle("\x80\x02", torchTensor("ByteStorage", "0", content.length), STOP) },
		{ name: "a/data/0", content },
	]);
}

describe("E01", () => {
	it.each([
		["under its own name", "m.pkl", SYSTEM],
		["under another's name", "notes.txt", Buffer.from("cposix\nsystem\n(S'id'\ntR.")],
		["broken, under another's name", "notes.txt", Buffer.from("cposix\nsystem\n(S'id'\ntR")],
		["in an archive", "data.zip", encodeZip([{ name: "readme.md", content: SYSTEM }])],
		["in an archive, packed", "data.zip", encodeZip([{ name: "x", content: SYSTEM, deflate: true }])],
		["in an archive in an archive", "data.zip", encodeZip([{ name: "x", content: encodeZip([{ name: "y", content: SYSTEM }]) }])],
		["in a tar archive, as NeMo reads it", "m.nemo", encodeTar([{ name: "weights", content: SYSTEM }])],
		["in a tar archive, packed", "m.nemo", gzipSync(encodeTar([{ name: "model.ckpt", content: SYSTEM }]))],
		[
			"in an archive in a tar archive",
			"m.nemo",
			encodeTar([{ name: "w", content: torch([], call("posix", "system", text("id"))) }]),
		],
		["in the place of a storage of torch", "m.pt", storageOf(SYSTEM)],
		["in a torch file", "m.pt", torch([], call("posix", "system", text("id")))],
		["beside the pickle of a torch file", "m.pt", torch([{ name: "archive/extra", content: SYSTEM }])],
	])("refuses a call %s", async (_, name, content) => {
		const found = await outcome("E01", { [name]: content });
		expect(found).toMatchObject({ status: "fail", code: "pickle.global", file: name });
		expect(found.message).toMatch(/at offset \d+ calls posix\.system, which is not on the allow-list/);
	});

	it("says of a file that nobody can look into that it was not looked into, and refuses it beside Python code", async () => {
		const packed = Buffer.from("fd377a585a000004e6d6b446", "hex");
		expect(await outcome("E01", { "m.dat": packed })).toMatchObject({ status: "fail", severity: "warn", code: "pickle.packed" });
		const python = manifestText({ runtime: 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.2" } }' });
		const beside = await outcome("E01", { "model.yaml": python, "load.py": "", "m.dat": packed });
		expect(beside).toMatchObject({ status: "fail", severity: "block", code: "pickle.packed", file: "m.dat" });
	});

	it("reads no pickle out of an archive that holds none", async () => {
		const content = encodeTar([{ name: "notes.txt", content: "cat\ndog\n" }]);
		expect(await outcome("E01", { "notes.tar": content })).toMatchObject({ status: "skipped" });
	});

	it("says of a clean file alone what serves it", async () => {
		const { results } = await alone("m.pkl", PLAIN);
		expect(results.find(({ id }) => id === "E01")).toMatchObject({
			status: "pass",
			message: "m.pkl (pickle); served only by runtime.kind python, with trust: pickle in artifacts",
		});
	});

	it("leaves text, tables and JSON alone, and says so", async () => {
		const files = {
			"notes.txt": "cat\ndog\n",
			"data.csv": "city,name\nBonn,Rita\n",
			"a.json": "[1]",
			LICENSE: "Copyright (c) 2024\n",
		};
		expect(await outcome("E01", files)).toMatchObject({ status: "skipped" });
	});

	it("does not take the raw numbers of a storage for a pickle", async () => {
		expect(await outcome("E01", { "m.pt": torch() })).toMatchObject({ status: "pass" });
	});

	it("refuses weights that only import something before they break off", async () => {
		expect((await alone("w.bin", Buffer.from("cmodule\nname\n\0\0"))).verdict).toBe("fail");
	});

	it("tells every finding, with its offset", async () => {
		const content = pickle(MARK, call("os", "system"), call("builtins", "eval"), "l", STOP);
		const { findings } = await outcome("E01", { "m.pkl": content });
		expect(findings?.map(({ offset }) => offset)).toEqual([14, 32]);
	});
});

describe("E02", () => {
	it("passes a torch file whose storages are of the sizes its tensors say", async () => {
		expect(await outcome("E02", { "m.pt": torch() })).toMatchObject({ status: "pass", message: "m.pt: 1 storages" });
	});

	it.each([
		["pickle.malformed", "a shorter storage (CVE-2026-24747)", torch([], undefined, 8)],
		["pickle.malformed", "a longer storage", torch([], undefined, 16)],
		[
			"pickle.malformed",
			"a storage that is not there",
			encodeZip([{ name: "a/data.pkl", content: pickle("\x80\x02", torchTensor("FloatStorage", "7", 1), STOP) }]),
		],
		["pickle.malformed", "two pickles", torch([{ name: "other/data.pkl", content: PLAIN }])],
		["pickle.malformed", "bytes behind the pickle", encodeZip([{ name: "a/data.pkl", content: pickle(PLAIN, SYSTEM) }])],
		["archive.crc", "a wrong checksum (CVE-2025-10156)", torch([{ name: "archive/x", content: "abc", crc32: 1 }])],
		["archive.encrypted", "an encrypted entry", torch([{ name: "archive/x", content: "abc", flags: 1 }])],
		[
			"archive.tampered",
			"two names for one entry (CVE-2025-1944)",
			torch([{ name: "archive/x", content: "abc", local: { name: "archive/y" } }]),
		],
	])("refuses (%s) %s", async (code, _, content) => {
		expect(await codesOf("E02", { "m.pt": content })).toContain(code);
	});
});

describe("E03", () => {
	it.each(["archive/constants.pkl", "archive/code/__torch__.py"])("refuses TorchScript by its entry %s", async (name) => {
		expect(await outcome("E03", { "m.pt": torch([{ name, content: PLAIN }]) })).toMatchObject({
			status: "fail",
			code: "torch.script",
		});
	});

	it("is passed by a state dict", async () => {
		expect(await outcome("E03", { "m.pt": torch() })).toMatchObject({ status: "pass" });
	});
});

describe("E04 and E07", () => {
	const locked = (lines: string) => ({
		"model.yaml": manifestText({ dependencies: "dependencies: requirements.lock" }),
		"requirements.lock": lines,
	});
	const hash = ` --hash=sha256:${"ab".repeat(32)}\n`;

	it.each([
		["torch==2.9.1", "fail"],
		["torch==2.10.0rc1", "fail"],
		["torch==2.10.0+cpu", "pass"],
		["torch==2.11", "pass"],
	])("a torch file with %s: %s", async (pin, status) => {
		expect(await outcome("E04", { "m.pt": torch(), ...locked(pin + hash) })).toMatchObject({ status });
	});

	it("says of a lock without the loader that it names none, and of no lock that nothing is known", async () => {
		expect(await outcome("E04", { "m.pt": torch(), ...locked(`numpy==2.1.0${hash}`) })).toMatchObject({ status: "pass" });
		expect(await outcome("E04", { "m.pt": torch() })).toMatchObject({
			status: "skipped",
			notVerified: ["whether torch is current"],
		});
	});

	it.each([
		["1.5.2", "pass"],
		["1.5.0", "pass"],
		["1.6.1", "fail"],
	])("a model of scikit-learn %s where 1.5.2 is locked: %s", async (version, status) => {
		expect(await outcome("E07", { "m.pkl": SVC(version), ...locked(`scikit-learn==1.5.2${hash}`) })).toMatchObject({ status });
	});
});

describe("E05", () => {
	it.each([
		["numbers", npy("'<f4'", [2, 3], Buffer.alloc(24))],
		["one number", npy("'<f8'", [], Buffer.alloc(8))],
		["fixed-length text", npy("'<U2'", [3], Buffer.alloc(24))],
		["records", npy("[('a', '<i4'), ('b', '<f8', (2,))]", [2], Buffer.alloc(40))],
	])("passes an array of %s, alone and in an archive", async (_, content) => {
		const npz = encodeZip([
			{ name: "a.npy", content },
			{ name: "b.npy", content, deflate: true, wide: true },
		]);
		expect(await outcome("E05", { "a.npy": content, "b.npz": npz })).toMatchObject({ status: "pass", message: "3 arrays" });
	});

	it.each([
		["npy.objects", "objects", npy("'|O'", [1], PLAIN)],
		["npy.objects", "objects in records", npy("[('a', '<i4'), ('b', 'O')]", [1], PLAIN)],
		["npy.malformed", "more bytes than its shape", npy("'<f4'", [2], Buffer.alloc(12))],
		["weights.cut-off", "fewer bytes than its shape", npy("'<f4'", [2], Buffer.alloc(4))],
		["weights.cut-off", "a shape that overflows", npy("'<f4'", [2 ** 40, 2 ** 40], Buffer.alloc(4))],
		["npy.malformed", "a negative dimension", npy("'<f4'", [-1], Buffer.alloc(4))],
		["npy.malformed", "an unknown type", npy("'<z4'", [1], Buffer.alloc(4))],
		["npy.malformed", "a header that is code", npy("", [], Buffer.alloc(0), "__import__('os').system('id')")],
		[
			"npy.malformed",
			"a header with a key more",
			npy("", [], Buffer.alloc(0), "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1}"),
		],
		["npy.malformed", "another version", Buffer.from("\x93NUMPY\x09\x00\x00\x00\x00\x00", "latin1")],
	])("refuses (%s) an array with %s", async (code, _, content) => {
		expect(await codesOf("E05", { "a.npy": content })).toContain(code);
		expect(await codesOf("E05", { "a.npz": encodeZip([{ name: "a.npy", content, deflate: true }]) })).toContain(code);
	});

	it("names what the pickle of an array of objects calls", async () => {
		const npz = encodeZip([{ name: "a.npy", content: npy("'|O'", [1], SYSTEM) }]);
		expect(await codesOf("E05", { "a.npz": npz })).toEqual(["npy.objects", "pickle.global"]);
	});
});

describe("E06", () => {
	const keras = (config: unknown): Buffer =>
		encodeZip([
			{ name: "metadata.json", content: '{"keras_version": "3.12.0"}' },
			{ name: "config.json", content: typeof config === "string" ? config : JSON.stringify(config), deflate: true },
			{ name: "model.weights.h5", content: "\x89HDF" },
		]);
	const layer = (name: string, module: string, config: unknown = {}) => ({ class_name: name, module, config });

	it("passes layers of Keras", async () => {
		const model = layer("Sequential", "keras", { layers: [layer("Dense", "keras.layers", { activation: "relu" })] });
		expect(await outcome("E06", { "m.keras": keras(model) })).toMatchObject({ status: "pass" });
	});

	it("passes a loss that Keras writes as a function of builtins, and a vocabulary in the model", async () => {
		const model = layer("Sequential", "keras", {
			layers: [
				layer("StringLookup", "keras.layers", { vocabulary: ["a"] }),
				layer("StringLookup", "keras.layers", { vocabulary: null }),
			],
			loss: layer("function", "builtins", "mean_squared_error"),
		});
		expect(await outcome("E06", { "m.keras": keras(model) })).toMatchObject({ status: "pass" });
	});

	it("refuses a Lambda layer in a model that is saved as JSON", async () => {
		const model = {
			class_name: "Sequential",
			config: { layers: [{ class_name: "Lambda", config: { function: ["4wEA", null, null] } }] },
		};
		expect(await outcome("E06", { "model.json": JSON.stringify(model) })).toMatchObject({
			code: "keras.lambda",
			file: "model.json",
		});
		const sound = { class_name: "Sequential", config: { layers: [layer("Dense", "keras.layers")] } };
		expect(await outcome("E06", { "model.json": JSON.stringify(sound) })).toMatchObject({ status: "pass" });
		expect(await outcome("E06", { "words.json": '{"class_name": "Lambda"}' })).toMatchObject({ status: "skipped" });
	});

	it("refuses a TensorFlow graph that runs Python or touches files", async () => {
		const node = (op: string): Buffer => Buffer.from(`\x0a\x01x\x12${String.fromCharCode(op.length)}${op}`, "latin1");
		for (const op of ["PyFunc", "EagerPyFunc", "ReadFile", "WriteFile"]) {
			expect(await outcome("E06", { "m/saved_model.pb": node(op) })).toMatchObject({
				code: "keras.unsafe",
				file: "m/saved_model.pb",
			});
		}
		expect(await outcome("E06", { "m/keras_metadata.pb": '2$ {"class_name": "Lambda"}' })).toMatchObject({
			code: "keras.lambda",
		});
		expect(await outcome("E06", { "m/saved_model.pb": node("MatMul") })).toMatchObject({ status: "pass" });
		expect(await outcome("E06", { "m/saved_model.pbtxt": 'node { op: "PyFunc" }' })).toMatchObject({ code: "keras.unsafe" });
	});

	it.each([
		["keras.lambda", "a Lambda layer", layer("Lambda", "keras.layers")],
		[
			"keras.lambda",
			"a marshalled function",
			layer("Dense", "keras.layers", { activation: { class_name: "__lambda__", config: {} } }),
		],
		["keras.unsafe", "a module besides Keras (CVE-2025-1550)", layer("run", "subprocess")],
		["keras.unsafe", "a module that begins like Keras", layer("X", "keras_evil.layers")],
		["keras.unsafe", "a class of the project", { class_name: "Own", module: null, registered_name: "Own" }],
		["keras.unsafe", "a function of Python", layer("function", "builtins", "print")],
		[
			"keras.unsafe",
			"the switch of the safe mode (CVE-2025-9906)",
			layer("function", "keras.config", "enable_unsafe_deserialization"),
		],
		["keras.unsafe", "get_file (CVE-2025-8747)", layer("get_file", "keras.utils")],
		["keras.unsafe", "a torch module (CVE-2025-49655)", layer("TorchModuleWrapper", "keras.layers")],
		["keras.unsafe", "fn_name", layer("Dense", "keras.layers", { fn_name: "x" })],
		["keras.unsafe", "func_load", layer("function", "keras.src.utils.python_utils", "func_load")],
		["keras.unsafe", "another model (CVE-2026-1462)", layer("TFSMLayer", "keras.layers", { filepath: "/tmp/m" })],
		["keras.unsafe", "a file (CVE-2025-12058)", layer("StringLookup", "keras.layers", { vocabulary: "/etc/passwd" })],
		["keras.malformed", "a configuration that is no JSON", "{"],
	])("refuses (%s) %s", async (code, _, config) => {
		expect(await codesOf("E06", { "m.keras": keras(config) })).toContain(code);
	});

	it("judges a configuration of any depth", async () => {
		const deep = `${'{"a":'.repeat(5_000)}{"class_name":"Lambda"}${"}".repeat(5_000)}`;
		expect(await codesOf("E06", { "m.keras": keras(deep) })).toEqual(["keras.lambda"]);
	});

	it("refuses models in HDF5, and says where their Lambda is", async () => {
		const hdf5 = (content: string): Buffer => Buffer.from(`\x89HDF\r\n\x1a\n${content}`, "latin1");
		expect(await codesOf("E06", { "m.h5": hdf5('model_config {"class_name": "Lambda"}') })).toEqual([
			"keras.lambda",
			"keras.hdf5",
		]);
		expect(await codesOf("E06", { "m.h5": hdf5("model_config {}") })).toEqual(["keras.hdf5"]);
		expect(await codesOf("E06", { "m.keras": hdf5("layer_names") })).toEqual(["keras.hdf5"]);
	});
});

describe("an archive", () => {
	it("is refused for the pickle that stands behind many harmless ones", async () => {
		const harmless = Array.from({ length: 150 }, (_, index) => ({ name: `${index}.pkl`, content: PLAIN }));
		const entries = [...harmless, { name: "last.pkl", content: SYSTEM }];
		for (const [name, content] of [
			["data.zip", encodeZip(entries)],
			["m.nemo", encodeTar(entries)],
		] as const) {
			const found = await outcome("E01", { [name]: content });
			expect(found).toMatchObject({ status: "fail", code: "pickle.global" });
			expect(found.message).toContain("last.pkl");
		}
	});
});

describe("E08", () => {
	it.each([
		["a key", "a: 1\nmodel:\n  _target_: os.system\n", 3],
		["a key in quotes", 'a:\n  "_target_": os.system\n', 2],
		["a key in flow style", "model: { x: 1, _target_: os.system }\n", 1],
		["an escaped key", '"\\x5ftarget_": os.system\n', 1],
	])("refuses _target_ as %s", async (_, content, line) => {
		const { findings } = await outcome("E08", { "conf/model.yaml": content });
		expect(findings).toEqual([expect.objectContaining({ code: "hydra.target", line, file: "conf/model.yaml" })]);
	});

	it("refuses a Python tag, and both in the archive of a model", async () => {
		const tag = "a: !!python/object/apply:os.system [id]\n";
		expect(await outcome("E08", { "conf.yml": tag })).toMatchObject({ code: "hydra.target", file: "conf.yml" });
		const json = { model: { _target_: "os.system", command: "id" } };
		expect(await outcome("E08", { "config.json": JSON.stringify(json) })).toMatchObject({
			code: "hydra.target",
			message: "config.json: model._target_ names os.system under _target_, which is imported and called",
		});
		const nemo = encodeTar([{ name: "model_config.yaml", content: "m:\n  _target_: os.system\n" }]);
		for (const [name, content] of [
			["m.nemo", nemo],
			["packed.nemo", gzipSync(nemo)],
		] as const) {
			const found = await outcome("E08", { [name]: content });
			expect(found).toMatchObject({ code: "hydra.target", file: name });
			expect(found.message).toContain(`${name}, entry 'model_config.yaml' line 2 names os.system under _target_`);
		}
	});

	it("refuses a key behind a thousand harmless files of an archive, and in a file of the manifest's name", async () => {
		const harmless = Array.from({ length: 1_100 }, (_, index) => ({ name: `a${index}.yaml`, content: "a: 1\n" }));
		const hostile = { name: "model.yaml", content: "_target_: os.system\n" };
		expect(await outcome("E08", { "m.nemo": encodeTar([...harmless, hostile]) })).toMatchObject({ code: "hydra.target" });
	});

	it("passes other settings", async () => {
		expect(await outcome("E08", { "conf.yml": "target: x\nmy_target_: y\n" })).toMatchObject({ status: "pass" });
	});
});

describe("E09", () => {
	const manifest = (kind: string, trust: string) =>
		manifestText({
			runtime: `runtime: { kind: ${kind}, entry: ${kind === "onnx" ? "model.onnx" : "load.py"}, versions: { onnxruntime: "1.30.0", python: "3.11.9" } }`,
			artifacts: `artifacts: [ { path: m.pkl, format: pickle, role: weights${trust} } ]`,
		});

	it.each([
		["python", ", trust: pickle", "pass"],
		["python", "", "fail"],
		["onnx", ", trust: pickle", "fail"],
	])("with runtime %s and '%s': %s", async (kind, trust, status) => {
		const files = { "model.yaml": manifest(kind, trust), "m.pkl": PLAIN, "load.py": "pass\n" };
		expect(await outcome("E09", files)).toMatchObject({ status, ...(status === "fail" ? { code: "pickle.untrusted" } : {}) });
	});

	it("refuses arrays of joblib that another loader would read", async () => {
		const content = pickle(PROTO4, joblibArray([1], "f8", Buffer.alloc(8)), STOP);
		const found = await outcome("E09", {
			"model.yaml": manifest("python", ", trust: pickle"),
			"m.pkl": content,
			"load.py": "pass\n",
		});
		expect(found).toMatchObject({ status: "fail", hint: "Write format: joblib, and load it with joblib.load." });
	});

	it("refuses a pickle that nothing names", async () => {
		expect(await outcome("E09", { "notes.txt": bytes(SYSTEM).subarray(2) })).toMatchObject({ status: "fail", file: "notes.txt" });
	});

	it("knows no other word of trust", async () => {
		const { results } = await checkPackage(
			await writePackage(packageFiles({ "model.yaml": manifest("python", ", trust: yes"), "m.pkl": PLAIN })),
		);
		expect(results.find(({ id }) => id === "M01")).toMatchObject({ status: "fail" });
	});
});
