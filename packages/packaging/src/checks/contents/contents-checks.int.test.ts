import { describe, expect, it } from "vitest";
import { encodeGguf, modelEntries } from "../../testing/encode-gguf.ts";
import { encodeModel } from "../../testing/encode-onnx.ts";
import { encodeSafetensors, type SafetensorsSpec } from "../../testing/encode-safetensors.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";
import { runChecks } from "../run-checks.ts";
import { CONTENTS_CHECKS } from "./index.ts";

type Files = Record<string, string | Uint8Array>;

/** The results of these checks alone on a folder without a manifest. */
async function resultsOf(files: Files) {
	const root = await writePackage(files);
	const sizes = Object.entries(files).map(([path, content]) => ({ path, size: Buffer.from(content as string).length }));
	const input = { root, files: sizes, now: Date.now(), budgetMs: 2_000, seed: 1, withManifest: false };
	const { results } = await runChecks(input, { checks: CONTENTS_CHECKS });
	return (id: string) => results.find((result) => result.id === id)!;
}

/** The results on a package that is whole but for these files. */
async function packageResultsOf(files: Parameters<typeof packageFiles>[0]) {
	const { results } = await checkPackage(await writePackage(packageFiles(files)));
	return (id: string) => results.find((result) => result.id === id)!;
}

const json = (value: unknown): string => JSON.stringify(value, null, 1);
const token = (): string => ["hf", "qRfHkYjhZcNRoKOBtGzmmFQJWPOaWtNGHD"].join("_");
const tensor = (name: string, shape: readonly number[], dtype = "F32"): SafetensorsSpec => {
	const bytes = shape.reduce((product, dim) => product * dim, { F32: 4, F16: 2, I32: 4, BF16: 2 }[dtype]!);
	return { name, shape, dtype, data: Buffer.alloc(bytes, 0x3e) };
};

describe("a package of plain files", () => {
	it("passes, or is told what there is not", async () => {
		const of = await packageResultsOf({});
		for (const { id } of CONTENTS_CHECKS) expect(["pass", "skipped"]).toContain(of(id).status);
	});
});

describe("what is worth a look", () => {
	it("does not hide what refuses the package, however much of it there is", async () => {
		const left = Array.from({ length: 150 }, (_, index) => [`a${index}/__pycache__/x.txt`, "x"] as const);
		const modules = [...Array.from({ length: 150 }, () => ({ type: "library.Module" })), { type: "own.Module" }];
		const template = `${"{{ odd() }}".repeat(150)}{{ x.__class__ }}`;
		const of = await resultsOf({
			...Object.fromEntries(left),
			"z/sitecustomize.py": "",
			"modules.json": json(modules),
			"own.py": "",
			"chat_template.jinja": template,
		});
		for (const [id, words] of [
			["F08", "sitecustomize.py is run by Python"],
			["F01", "imports 'own.Module'"],
			["D04", "__class__ reaches into Python"],
		] as const) {
			expect(of(id)).toMatchObject({ status: "fail", severity: "block", message: expect.stringContaining(words) });
		}
		expect(of("F08").findings).toHaveLength(100);
		expect(of("F08").message).toContain("and 150 more");
	});
});

describe("F01", () => {
	it.each([
		["config.json", { auto_map: { AutoModel: "modeling_x.X" } }, "auto_map names code to import: 'modeling_x.X'"],
		[
			"a/config.json",
			{ vision_config: { auto_map: { AutoModel: "o/r--m.X" } } },
			"vision_config.auto_map names code to import: 'o/r--m.X'",
		],
		["tokenizer_config.json", { auto_map: ["tok.Tok", null] }, "auto_map names code to import: 'tok.Tok'"],
		["config.json", { custom_pipelines: { x: { impl: "p.P" } } }, "custom_pipelines"],
		["config.json", { text: [{ model_file: "model.py" }] }, "text[0].model_file names code to run"],
		["adapter_config.json", { trust_remote_code: true }, "trust_remote_code allows code"],
		["generation_config.json", { loader: "acme/other--modeling_y.Y" }, "loader takes code of another repository"],
		["model_index.json", { _class_name: ["pipe", "Pipe"] }, "_class_name names code"],
	])("refuses %s with %j", async (path, document, words) => {
		const of = await resultsOf({ [path]: json(document) });
		expect(of("F01")).toMatchObject({
			status: "fail",
			code: "contents.remote-code",
			message: expect.stringContaining(words),
			file: path,
		});
	});

	it("passes configurations that name none, and files that only quote one", async () => {
		const of = await resultsOf({
			"config.json":
				'{"auto_map": {}, "trust_remote_code": false, "_name_or_path": "out/run--v1.Best", "limit": [0.0, Infinity], "x": "NaN"}',
			"evaluation.json": json({ config: { trust_remote_code: true, auto_map: { a: "b.C" } } }),
			"tsconfig.json": "{ // a comment\n}",
		});
		expect(of("F01").status).toBe("pass");
	});

	it("refuses a configuration that cannot be read", async () => {
		const of = await resultsOf({ "config.json": "{" });
		expect(of("F01")).toMatchObject({
			status: "fail",
			code: "file.unreadable",
			message: expect.stringContaining("config.json is not JSON"),
		});
	});
});

describe("F02", () => {
	const tokenizer = (largest: number): string => {
		return json({ model: { type: "BPE", vocab: { a: 0, b: 1 }, merges: [] }, added_tokens: [{ id: largest, content: "<pad>" }] });
	};
	const weights = (rows: number): Uint8Array => encodeSafetensors([tensor("model.embed_tokens.weight", [rows, 4])]);

	it("refuses an id one above the last row", async () => {
		const of = await resultsOf({ "tokenizer.json": tokenizer(32), "model.safetensors": weights(32) });
		expect(of("F02")).toMatchObject({
			status: "fail",
			code: "tokenizer.range",
			message:
				"tokenizer.json has the id 32 ('<pad>'); model.embed_tokens.weight of model.safetensors has 32 rows, so ids go to 31",
		});
	});

	it("passes the last row, and padding", async () => {
		for (const rows of [33, 64]) {
			const of = await resultsOf({ "tokenizer.json": tokenizer(32), "model.safetensors": weights(rows) });
			expect(of("F02")).toMatchObject({ status: "pass", message: expect.stringContaining(`goes to id 32 of ${rows} rows`) });
		}
	});

	it("compares folders of their own, initializers of ONNX, and what config.json says", async () => {
		const apart = await resultsOf({ "tokenizer/tokenizer.json": tokenizer(32), "artifacts/model.safetensors": weights(32) });
		expect(apart("F02").status).toBe("fail");
		const onnx = encodeModel({ tensors: [{ name: "wte.weight", dims: [32, 1], raw: Buffer.alloc(128, 1) }] });
		expect((await resultsOf({ "tokenizer.json": tokenizer(32), "model.onnx": onnx }))("F02").status).toBe("fail");
		const said = await resultsOf({ "tokenizer.json": tokenizer(32), "config.json": json({ vocab_size: 32 }) });
		expect(said("F02")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("vocab_size of config.json has 32 rows"),
		});
	});

	it("pairs the tokenizers of diffusers with their text encoders", async () => {
		const files = {
			"tokenizer/vocab.json": json({ a: 0, b: 9 }),
			"tokenizer_2/vocab.json": json({ a: 0, b: 19 }),
			"text_encoder/model.safetensors": weights(10),
			"text_encoder_2/model.safetensors": weights(20),
		};
		expect((await resultsOf(files))("F02").status).toBe("pass");
		const of = await resultsOf({ ...files, "text_encoder/model.safetensors": weights(9) });
		expect(of("F02")).toMatchObject({ status: "fail", file: "tokenizer/vocab.json" });
	});

	it("refuses special ids outside of the rows, and warns of a model that cannot end", async () => {
		const files = { "tokenizer.json": tokenizer(31), "model.safetensors": weights(32) };
		const of = await resultsOf({ ...files, "generation_config.json": json({ eos_token_id: [31, 32], pad_token_id: -1 }) });
		expect(of("F02")).toMatchObject({ status: "fail", message: expect.stringContaining("eos_token_id is 32") });
		const endless = await resultsOf({ ...files, "generation_config.json": json({ bos_token_id: 1 }) });
		expect(endless("F02")).toMatchObject({ severity: "warn", message: expect.stringContaining("name no eos_token_id") });
	});

	it("refuses a tokenizer that is cut off", async () => {
		const of = await resultsOf({ "tokenizer.json": tokenizer(1).slice(0, -9) });
		expect(of("F02")).toMatchObject({ status: "fail", code: "tokenizer.malformed" });
	});
});

describe("F03", () => {
	const config = { vocab_size: 8, hidden_size: 4, num_hidden_layers: 2, torch_dtype: "float32", architectures: ["XForCausalLM"] };
	const tensors = [
		tensor("model.embed_tokens.weight", [8, 4]),
		tensor("model.layers.0.mlp.weight", [4, 4]),
		tensor("model.layers.1.mlp.weight", [4, 4]),
		tensor("lm_head.weight", [8, 4]),
	];
	const judged = async (changes: object, list = tensors) => {
		return (await resultsOf({ "config.json": json({ ...config, ...changes }), "model.safetensors": encodeSafetensors(list) }))(
			"F03",
		);
	};

	it("passes a configuration that fits", async () => {
		expect(await judged({})).toMatchObject({ status: "pass" });
		expect(await judged({ tie_word_embeddings: true }, tensors.slice(0, 3))).toMatchObject({ status: "pass" });
		expect(await judged({ num_hidden_layers: 1, num_nextn_predict_layers: 1 })).toMatchObject({ status: "pass" });
		expect(await judged({ num_hidden_layers: 9, vision_config: { num_hidden_layers: 2 } })).toMatchObject({ status: "pass" });
	});

	it.each([
		["another vocabulary", { vocab_size: 9 }, "vocab_size is 9, model.embed_tokens.weight of model.safetensors has 8 rows"],
		["another width", { hidden_size: 8 }, "the width of the embeddings is 8"],
		["another number of layers", { num_hidden_layers: 3 }, "num_hidden_layers is 3, the weights have layers up to number 1"],
	])("refuses %s", async (_, changes, words) => {
		expect(await judged(changes)).toMatchObject({ status: "fail", severity: "high", message: expect.stringContaining(words) });
	});

	it("refuses a head that is missing, a missing layer, and packed tensors without their configuration", async () => {
		expect(await judged({ tie_word_embeddings: false }, tensors.slice(0, 3))).toMatchObject({
			message: expect.stringContaining("no lm_head"),
		});
		expect(await judged({}, [tensors[0]!, tensors[2]!, tensors[3]!])).toMatchObject({
			message: expect.stringContaining("no layer 0"),
		});
		const packed = [...tensors, tensor("model.layers.0.q_proj.qweight", [4, 4], "I32")];
		expect(await judged({}, packed)).toMatchObject({ status: "fail", message: expect.stringContaining("is quantized (I32)") });
		expect(await judged({ quantization_config: { quant_method: "gptq" } }, packed)).toMatchObject({ status: "pass" });
	});

	it("warns of another dtype", async () => {
		expect(await judged({ torch_dtype: "bfloat16" })).toMatchObject({ status: "fail", severity: "warn" });
	});
});

describe("D04", () => {
	const evil = "{{ x.__init__.__globals__['os'].popen('id').read() }}";

	it.each<[string, Files, string]>([
		[
			"GGUF",
			{ "model.gguf": encodeGguf({ entries: [...modelEntries(), ["tokenizer.chat_template", evil]] }) },
			"tokenizer.chat_template",
		],
		["a named template of GGUF", { "m.gguf": encodeGguf({ entries: [["tokenizer.chat_template.tool_use", evil]] }) }, "tool_use"],
		["tokenizer_config.json", { "tokenizer_config.json": json({ chat_template: evil }) }, "chat_template, line 1, column 6"],
		["a list of templates", { "tokenizer_config.json": json({ chat_template: [{ name: "rag", template: evil }] }) }, "'rag'"],
		["an escaped key", { "x.json": `{"\\u0063hat_template": ${JSON.stringify(evil)}}` }, "chat_template"],
		["a Jinja file", { "chat_template.jinja": `{# two #}\n${evil}` }, "chat_template.jinja, line 2, column 6"],
	])("refuses a template of %s", async (_, files, words) => {
		const of = await resultsOf(files);
		expect(of("D04")).toMatchObject({ status: "fail", code: "template.unsafe", message: expect.stringContaining(words) });
	});

	it("refuses templates of more than 256 KiB, and those that do not parse", async () => {
		const large = `${"x".repeat(262_145)}`;
		expect((await resultsOf({ "chat_template.json": json({ chat_template: large }) }))("D04")).toMatchObject({
			code: "template.limit",
		});
		expect((await resultsOf({ "a.jinja": large }))("D04")).toMatchObject({ code: "template.limit" });
		const gguf = encodeGguf({ entries: [["tokenizer.chat_template", large]] });
		expect((await resultsOf({ "m.gguf": gguf }))("D04")).toMatchObject({ code: "template.limit" });
		expect((await resultsOf({ "a.jinja": "{{ x" }))("D04")).toMatchObject({ code: "template.malformed", severity: "block" });
		expect((await resultsOf({ "a.template": "{{#each x}}" }))("D04")).toMatchObject({
			code: "template.malformed",
			severity: "warn",
		});
	});

	it("leaves prose about templates alone", async () => {
		const text = `Never import os; ${evil}`;
		const of = await resultsOf({
			"README.md": text,
			"notes.json": json({ text }),
			"chat_template.jinja": "import __class__ {{ messages[0].content }}",
		});
		expect(of("D04").status).toBe("pass");
	});

	it("and F04 warn of two default templates that differ", async () => {
		const files = { "tokenizer_config.json": json({ chat_template: "{{ a }}" }) };
		expect((await resultsOf({ ...files, "chat_template.jinja": "{{ a }}\n" }))("F04")).toMatchObject({ status: "pass" });
		expect((await resultsOf({ ...files, "chat_template.jinja": "{{ b }}" }))("F04")).toMatchObject({
			code: "template.differs",
			severity: "warn",
		});
	});
});

describe("F05", () => {
	const code = (text: string, name = "pre.mjs") => ({
		"model.yaml": manifestText({ code: `code: { pre: ${name} }`, features: "features: features.json" }),
		"features.json": json({ input: "features", columns: ["a", "b"] }),
		[name]: text,
	});

	it.each([
		[
			"a line that is no code",
			code("export default function pre() {\n\treturn [;\n}\n"),
			"pre.mjs, line 2: Unexpected token ';'",
		],
		[
			"no default export",
			code("export function pre() {}\n// export default pre\n"),
			"code.pre names pre.mjs, which has no default export",
		],
		["CommonJS in an ES module", code("module.exports = () => 1;"), "has no default export"],
		[
			"a file that is not there",
			code('import { x } from "./lib/x.mjs";\nexport default x;'),
			"line 1: imports './lib/x.mjs', which is not in the package",
		],
	])("refuses code with %s", async (_, files, words) => {
		expect((await packageResultsOf(files))("F05")).toMatchObject({ status: "fail", message: expect.stringContaining(words) });
	});

	it("passes ES modules, CommonJS and what they import", async () => {
		const sound =
			'import { readFileSync } from "node:fs";\nimport x from "./x.mjs";\nconst y = await x;\nexport { y as default };';
		expect((await packageResultsOf({ ...code(sound), "x.mjs": "export default 1;" }))("F05").status).toBe("pass");
		expect((await packageResultsOf(code("module.exports = (a) => a;", "pre.cjs")))("F05").status).toBe("pass");
		expect((await packageResultsOf(code("module.exports = (a) => a;", "pre.js")))("F05").status).toBe("pass");
		expect((await packageResultsOf(code("export default (a) => a;", "pre.js")))("F05").status).toBe("pass");
	});

	it("never runs the code", async () => {
		const files = code("process.exit(1); throw new Error('ran'); export default 1;");
		expect((await packageResultsOf(files))("F05").status).toBe("pass");
	});

	const python = (text: string) => ({
		"model.yaml": manifestText({ runtime: 'runtime: { kind: python, entry: load.py, versions: { python: "3.11.7" } }' }),
		"load.py": text,
	});

	it("reads Python where there is one", async () => {
		const sound = (await packageResultsOf(python("import sys\nsys.exit(1)\ndef load(path):\n    return None\n")))("F05");
		if (sound.status === "skipped") return expect(sound.message).toContain("there is no python3");
		expect(sound.status).toBe("pass");
		const broken = await packageResultsOf(python("def load(path):\n    return (\n"));
		expect(broken("F05")).toMatchObject({
			status: "fail",
			code: "code.malformed",
			message: expect.stringMatching(/^load\.py, line \d/),
		});
		const other = await packageResultsOf(python("def run(): pass\nx = 1\n"));
		expect(other("F05")).toMatchObject({
			code: "code.export",
			message: expect.stringContaining("defines run, x; load or predict"),
		});
	});
});

describe("F06", () => {
	it("warns and refuses nothing", async () => {
		const of = await resultsOf({ "code/load.py": "import os\n\ndef load(p):\n    os.system('id')\n" });
		expect(of("F06")).toMatchObject({
			status: "fail",
			severity: "warn",
			message: "code/load.py, line 4: starts a process (system)",
		});
	});
});

describe("F07", () => {
	it("names kind, file and line of a token in a notebook, and never the token", async () => {
		const notebook = json({ cells: [{ outputs: [{ text: [`logged in with ${token()}\n`] }] }] });
		const of = await resultsOf({ "train.ipynb": notebook });
		expect(of("F07")).toMatchObject({
			status: "fail",
			code: "secret.found",
			message: "train.ipynb, line 7: a Hugging Face token that ends in NGHD",
		});
		expect(JSON.stringify(of("F07"))).not.toContain(token().slice(3, 12));
	});

	it("refuses files made for secrets, not their examples", async () => {
		for (const path of [".env", "code/.env.production", ".netrc", ".aws/credentials", "keys/id_rsa"]) {
			expect((await resultsOf({ [path]: "A=1" }))("F07")).toMatchObject({ status: "fail", code: "secret.file", file: path });
		}
		expect((await resultsOf({ ".env.example": "A=1", "environment.yml": "a: 1" }))("F07").status).toBe("pass");
	});

	it("finds tokens in weights' metadata", async () => {
		const weights = encodeSafetensors([tensor("w", [2])], { note: `pushed with ${token()}` });
		expect((await resultsOf({ "model.safetensors": weights }))("F07")).toMatchObject({
			status: "fail",
			file: "model.safetensors",
		});
	});
});

describe("F08", () => {
	it.each<[string, string | Uint8Array]>([
		["evil.pth", "import os; os.system('id')\n"],
		["paths.pth", "/opt/site\n"],
		["sub/sitecustomize.py", "x = 1\n"],
		["usercustomize.py", ""],
		["conftest.py", ""],
		["ops.so", "x"],
		["libfoo.so.1.2", "x"],
		["ops.PYD", "x"],
		["addon.node", "x"],
	])("refuses %s", async (path, content) => {
		expect((await resultsOf({ [path]: content }))("F08")).toMatchObject({ status: "fail", severity: "block", file: path });
	});

	it("passes weights of PyTorch that are called .pth, and names that only look alike", async () => {
		const of = await resultsOf({
			"zip.pth": Buffer.from("504b030414000000", "hex"),
			"pickle.pth": Buffer.from("80027d71002e", "hex"),
			"so.txt": "a",
			"my.sorted.csv": "a",
			"code/customize.py": "a",
		});
		expect(of("F08").status).toBe("pass");
	});

	it("warns once of what is left over", async () => {
		const of = await resultsOf({ "code/__pycache__/a.pyc": "x", "code/__pycache__/b.pyc": "x", ".git/config": "x" });
		expect(of("F08")).toMatchObject({ status: "fail", severity: "warn" });
		expect(of("F08").findings).toHaveLength(2);
	});
});
