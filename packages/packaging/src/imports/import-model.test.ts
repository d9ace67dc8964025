import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readManifest } from "../manifest/read-manifest.ts";
import { encodeModel } from "../testing/encode-onnx.ts";
import { COMMIT, writeHubCache } from "../testing/hub-cache.ts";
import { temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import { importModel } from "./import-model.ts";

const SIGNATURE = `signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "long", "name": "id", "required": true}]'
  outputs: '[{"type": "long", "required": true}]'
`;
const mlmodel = (signature = SIGNATURE): string => `flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: model.pkl
    python_version: 3.11.2
  sklearn:
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.5.2
run_id: abc
${signature}`;
const offline = { resolve: false };

async function target(): Promise<string> {
	return join(await temporaryFolder(), "credit-risk");
}

describe("an MLflow model", () => {
	it("becomes a package with its signature as schemas and code that loads it", async () => {
		const source = await writePackage({ MLmodel: mlmodel(), "model.pkl": "x", "requirements.txt": "scikit-learn==1.5.2\n" });
		const folder = await target();
		const report = await importModel("mlflow", source, folder, offline);
		expect(report.written).toEqual(["input.schema.json", "output.schema.json", "code/load.py", "model.yaml"]);
		expect(JSON.parse(await readFile(join(folder, "input.schema.json"), "utf8")).required).toEqual(["age", "id"]);
		expect(JSON.parse(await readFile(join(folder, "output.schema.json"), "utf8")).required).toEqual(["prediction"]);
		const code = await readFile(join(folder, "code/load.py"), "utf8");
		expect(code).toContain('COLUMNS = ["age", "id"]');
		expect(code).toContain('LONG = ["id"]');
		const text = await readFile(join(folder, "model.yaml"), "utf8");
		expect(text).toContain("name: credit-risk");
		expect(text).toContain('versions: { python: "3.11.2", scikit-learn: "1.5.2" }');
		expect(report.gaps).toContainEqual(expect.stringMatching(/^artifacts\[0\]\.trust: pickle/));
		expect(report.gaps).toContainEqual(expect.stringMatching(/^dependencies: .*requirements\.txt is not resolved/));
		const reading = readManifest(text, { now: Date.now() });
		expect(reading.ok ? [] : reading.problems.map(({ code: problem }) => problem)).not.toContain("manifest.syntax");
	});

	it("keeps what MLflow calls, where its code lies, and what skops may make", async () => {
		const more = `flavors:
  python_function:
    code: code
    predict_fn: predict_proba
  sklearn:
    pickled_model: model.skops
    serialization_format: skops
    skops_trusted_types: [mine.Scaler]
signature:
  inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]'
`;
		const folder = await target();
		const report = await importModel(
			"mlflow",
			await writePackage({ MLmodel: more, "model.skops": "x", "code/mine.py": "" }),
			folder,
			offline,
		);
		const code = await readFile(join(folder, "code/load.py"), "utf8");
		expect(code).toContain('sys.path.insert(0, os.path.join(path, "code"))');
		expect(code).toContain('skops.io.load(os.path.join(path, "model.skops"), trusted=["mine.Scaler"])');
		expect(code).toContain("_model.predict_proba(_table(inputs))");
		expect(code).toContain('numpy.asarray([row["input"] for row in rows], dtype="float64")');
		expect(report.notes).toContain("the signature says nothing of the answers");
	});

	it("without a signature is refused, and one look shows what else is wrong", async () => {
		const source = await writePackage({
			MLmodel: mlmodel(""),
			"conda.yaml": "dependencies:\n- python=3.8.12\n- pip:\n  - scikit-learn==1.1.2\n",
		});
		const folder = await target();
		await expect(importModel("mlflow", source, folder, offline)).rejects.toMatchObject({
			code: "import.signature",
			message:
				"MLmodel has no signature; MLmodel names model.pkl, which is not in the folder; " +
				"the files do not agree: scikit-learn is 1.5.2 in MLmodel and 1.1.2 in conda.yaml; " +
				"the files do not agree: python is 3.11.2 in MLmodel and 3.8.12 in conda.yaml",
			hint: expect.stringContaining("--input-schema FILE"),
		});
		expect(await readdir(dirname(folder))).toEqual([]);
	});

	it("without a signature takes the schema that is given, if it is one", async () => {
		const source = await writePackage({ MLmodel: mlmodel(""), "model.pkl": "x" });
		const schemas = await writePackage({ "mine.json": '{"type":"object"}', "broken.json": "{" });
		const folder = await target();
		await importModel("mlflow", source, folder, { ...offline, inputSchema: join(schemas, "mine.json") });
		expect(await readFile(join(folder, "input.schema.json"), "utf8")).toBe('{"type":"object"}');
		const refused = importModel("mlflow", source, await target(), { ...offline, inputSchema: join(schemas, "broken.json") });
		await expect(refused).rejects.toMatchObject({ code: "import.source" });
	});

	it("of ONNX is run as ONNX, with the schemas of its graph", async () => {
		const onnx =
			"flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.17.0\n  python_function:\n    loader_module: mlflow.onnx\n";
		const folder = await target();
		const report = await importModel(
			"mlflow",
			await writePackage({ MLmodel: onnx, "model.onnx": encodeModel() }),
			folder,
			offline,
		);
		expect(report.what).toBe("an MLflow model (onnx)");
		expect(await readFile(join(folder, "model.yaml"), "utf8")).toMatch(/kind: onnx\n {2}entry: model\.onnx/);
		expect(JSON.parse(await readFile(join(folder, "input.schema.json"), "utf8")).required).toEqual(["features"]);
	});

	it("names its file where it is missing, and the folder where it is none", async () => {
		const source = await writePackage({ MLmodel: mlmodel() });
		await expect(importModel("mlflow", source, await target(), offline)).rejects.toMatchObject({
			code: "import.absent-file",
			path: "model.pkl",
		});
		await expect(importModel("mlflow", await temporaryFolder(), await target(), offline)).rejects.toMatchObject({
			code: "import.source",
		});
	});

	it("never goes into a folder that holds something", async () => {
		const folder = await writePackage({ "mine.txt": "mine" });
		const source = await writePackage({ MLmodel: mlmodel(), "model.pkl": "x" });
		await expect(importModel("mlflow", source, folder, offline)).rejects.toMatchObject({ code: "import.exists" });
		expect(await readdir(folder)).toEqual(["mine.txt"]);
	});
});

describe("a Hugging Face model", () => {
	const files = {
		"config.json":
			'{"model_type":"llama","architectures":["LlamaForCausalLM"],"max_position_embeddings":4096,"transformers_version":"4.46.1"}',
		"model.safetensors": "weights",
		"pytorch_model.bin": "pickled weights",
		"training_args.bin": "pickled arguments",
		"tokenizer.json": "{}",
		"README.md": "---\nlicense: apache-2.0\nbase_model: acme/base\n---\n",
	};

	it("becomes a package of real files, pinned to its commit, with what cards and configurations say", async () => {
		const { repository } = await writeHubCache(files, ["model.safetensors"]);
		const folder = join(await temporaryFolder(), "x");
		const { notes } = await importModel("huggingface", repository, folder, offline);
		expect((await readdir(folder)).sort()).toEqual([
			"README.md",
			"config.json",
			"model.safetensors",
			"model.yaml",
			"tokenizer.json",
		]);
		expect((await stat(join(folder, "model.safetensors"))).isFile()).toBe(true);
		const text = await readFile(join(folder, "model.yaml"), "utf8");
		for (const words of [
			"name: tiny\n",
			"license: Apache-2.0",
			"tokenizer: tokenizer.json",
			'transformers: "4.46.1"',
			'base_model: "acme/base"',
			'context_length: "4096"',
			'repository: "acme/tiny"',
			`revision: "${COMMIT}"`,
		]) {
			expect(text).toContain(words);
		}
		expect(notes).toContain("left out, the weights are there as safetensors: pytorch_model.bin");
		expect(notes).toContain("left out, only training needs it: training_args.bin");
	});

	it("is taken from a plain folder too, which does not say its commit", async () => {
		const { notes } = await importModel("huggingface", await writePackage(files), await target(), offline);
		expect(notes.join("\n")).toContain("does not say its commit");
	});

	const broken: [string, (snapshot: string) => Promise<void>, string][] = [
		["leads nowhere", (snapshot) => symlink("../../blobs/none", join(snapshot, "extra.json")), "leads nowhere"],
		["leads out of the cache", (snapshot) => symlink("/etc/passwd", join(snapshot, "extra.json")), "leads out of"],
		["leads to a folder", (snapshot) => symlink("../../blobs", join(snapshot, "extra")), "leads to a folder"],
	];
	it.each(broken)("is refused when a link %s, and nothing is left behind", async (_, spoil, words) => {
		const { snapshot } = await writeHubCache(files);
		await spoil(snapshot);
		const folder = await target();
		await expect(importModel("huggingface", snapshot, folder, offline)).rejects.toMatchObject({
			code: "import.link",
			message: expect.stringContaining(words),
		});
		expect(await readdir(dirname(folder))).toEqual([]);
	});

	it.each([[[]], [["model.safetensors"]]])("is refused when a blob is not what its name says (large: %j)", async (large) => {
		const { repository, snapshot } = await writeHubCache(files, large);
		const [blob] = (await readdir(join(repository, "blobs"))).filter((name) =>
			large.length > 0 ? name.length === 64 : name.length === 40,
		);
		await writeFile(join(repository, "blobs", blob!), "other bytes");
		await expect(importModel("huggingface", snapshot, await target(), offline)).rejects.toMatchObject({ code: "import.damaged" });
	});

	it("is found in a cache's repository that was copied under another name", async () => {
		const { repository } = await writeHubCache(files);
		const copied = join(dirname(repository), "tiny-from-the-hub");
		await rename(repository, copied);
		const { notes } = await importModel("huggingface", copied, await target(), offline);
		expect(notes).toContain(`pinned to commit ${COMMIT}`);
	});

	it("asks which of several snapshots is meant", async () => {
		const { repository } = await writeHubCache(files);
		await writeFile(join(repository, "refs/main"), "f".repeat(40));
		await mkdir(join(repository, "snapshots", "e".repeat(40)));
		await expect(importModel("huggingface", repository, await target(), offline)).rejects.toMatchObject({
			code: "import.source",
			message: expect.stringContaining("has 2 snapshots"),
		});
	});
});
