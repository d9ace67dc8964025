import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeModel, message, number, text } from "../testing/encode-onnx.ts";
import { writePackage } from "../testing/package-fixture.ts";
import { initFolder } from "./init-folder.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

async function drafted(files: Files) {
	const folder = await writePackage(files);
	const report = await initFolder(folder, { resolve: false, name: "model" });
	return { ...report, text: await readFile(join(folder, "model.yaml"), "utf8") };
}

const CONFIG = '{"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"n_positions":1024}';
const MLMODEL =
	"flavors:\n  xgboost:\n    data: model.xgb\n    xgb_version: 2.1.1\n  python_function:\n    python_version: 3.11.2\n";

describe("a folder is recognised as", () => {
	const layouts: [string, Files, string[]][] = [
		["an ONNX file", { "model.onnx": encodeModel() }, ["kind: onnx", "entry: model.onnx", 'versions: { onnxruntime: "1.30.0" }']],
		[
			"safetensors weights without code that runs them",
			{ "model.safetensors": "x" },
			["kind: python", "entry:  # fill in: code/load.py", "{ path: model.safetensors, format: safetensors, role: weights }"],
		],
		["a GGUF file without code that runs it", { "a.gguf": "x" }, ["format: gguf"]],
		["a PyTorch file", { "a.pt": "x" }, ["format: torch", "trust:  # fill in: pickle, when you trust who made this file"]],
		[
			"a joblib file, taken for a model of scikit-learn",
			{ "a.joblib": "x" },
			["entry: code/load.py", "format: joblib", "trust:  # fill in: pickle", "scikit-learn:  # fill in: the exact version"],
		],
		["a pickle file, taken for a model of scikit-learn", { "a.pkl": "x", "load.py": "mine" }, ["entry: load.py"]],
		[
			"an MLflow model (xgboost)",
			{ MLmodel: MLMODEL, "model.xgb": "x" },
			["entry:  # fill in: code/load.py", 'versions: { python: "3.11.2", xgboost: "2.1.1" }'],
		],
		[
			"a Hugging Face model (gpt2)",
			{ "config.json": CONFIG, "model.safetensors": "x", "tokenizer.json": "{}" },
			["tokenizer: tokenizer.json", 'context_length: "1024"', 'architecture: "GPT2LMHeadModel"'],
		],
	];
	it.each(layouts)("%s", async (what, files, words) => {
		const report = await drafted(files);
		expect(report.what).toBe(what);
		for (const part of words) expect(report.text).toContain(part);
	});

	it("what says the most: MLmodel before ONNX, ONNX before the Hugging Face weights it was exported from", async () => {
		const onnx = "flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.17.0\n";
		expect((await drafted({ MLmodel: onnx, "model.onnx": encodeModel() })).what).toBe("an MLflow model (onnx)");
		expect((await drafted({ "config.json": CONFIG, "model.safetensors": "x", "model.onnx": encodeModel() })).what).toBe(
			"an ONNX file",
		);
	});
});

describe("files that run code when they are loaded", () => {
	it("each have a gap for trust, and have no place beside ONNX", async () => {
		const { gaps } = await drafted({ "config.json": CONFIG, "model.safetensors": "x", "extra/scaler.pkl": "x", "b.keras": "x" });
		expect(gaps.flatMap((gap) => /^artifacts[^:]*/.exec(gap) ?? [])).toEqual(["artifacts[1].trust", "artifacts[2].trust"]);
		const { notes, text } = await drafted({ "model.onnx": encodeModel(), "scaler.pkl": "x" });
		expect(notes).toContain("a package of kind onnx holds no pickles, remove: scaler.pkl");
		expect(text).not.toContain("artifacts:");
	});
});

describe("a graph whose outputs are no tensors", () => {
	it("is told so at once, with how to export it", async () => {
		const listOfMaps = message(2, message(4, message(1, message(5, number(1, 7)))));
		const { notes } = await drafted({
			"model.onnx": encodeModel({ output: message(12, text(1, "output_probability"), listOfMaps) }),
		});
		expect(notes).toEqual([expect.stringMatching(/output_probability.* sequence.*'zipmap': False/)]);
	});
});

describe("what the files say of the model", () => {
	it.each([
		["apache-2.0", "", "license: Apache-2.0"],
		["llama3.1", "", "license: LicenseRef-llama3.1"],
		["other", "license_name: our licence", "license: LicenseRef-our-licence"],
	])("is its licence: %s", async (license, more, line) => {
		const { text } = await drafted({ "model.safetensors": "x", "README.md": `---\nlicense: ${license}\n${more}\n---\n# Card\n` });
		expect(text).toContain(line);
	});

	it("is nothing where the card cannot be read or the tokenizer knows no limit", async () => {
		const files = {
			"model.safetensors": "x",
			"README.md": "---\n[\n---\n",
			"config.json": "[",
			"tokenizer_config.json": '{"model_max_length":1e30}',
		};
		expect((await drafted(files)).text).not.toMatch(/license|annotations/);
	});

	it("is where they do not agree, with both versions at the gap", async () => {
		const { text, notes } = await drafted({
			MLmodel: MLMODEL,
			"model.xgb": "x",
			"conda.yaml": "dependencies:\n- python=3.8.12\n- xgboost=2.0.3\n",
		});
		expect(text).toContain("python:  # fill in: the exact version; 3.11.2 in MLmodel, 3.8.12 in conda.yaml");
		expect(notes).toContain("the files do not agree: xgboost is 2.1.1 in MLmodel and 2.0.3 in conda.yaml");
	});

	it("is no disagreement when one only says less", async () => {
		const { text, notes } = await drafted({
			MLmodel: MLMODEL,
			"model.xgb": "x",
			"python_env.yaml": "python: 3.11\ndependencies: []\n",
		});
		expect(text).toContain('python: "3.11.2"');
		expect(notes.join()).not.toContain("do not agree");
	});

	it("is what memory and disk it may take", async () => {
		const { text } = await drafted({ "model.safetensors": new Uint8Array(40_000_000) });
		expect(text).toContain("memory: 768Mi, disk: 3Gi");
	});

	it("never becomes YAML of its own", async () => {
		const { text } = await drafted({
			"weights: #1.safetensors": "x",
			"config.json": JSON.stringify({
				model_type: "x",
				architectures: ['"\n}\neffects: external'],
				transformers_version: "4.46\neffects: external",
			}),
		});
		expect(text).toContain('path: "weights: #1.safetensors"');
		expect(text.match(/^effects:/gm)).toHaveLength(1);
	});
});
