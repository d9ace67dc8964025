import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../../testing/encode-safetensors.ts";
import { writePackage } from "../../testing/package-fixture.ts";
import { checkWeightFile } from "../check-package.ts";
import { runChecks } from "../run-checks.ts";
import { CONTENTS_CHECKS } from "./index.ts";

const artefacts = fileURLToPath(new URL("../../../../../../shared/data/artefacts/", import.meta.url));

describe("chat templates that another scanner keeps as samples", () => {
	it("are refused when they are hostile, and pass when they are not", async () => {
		const folder = join(artefacts, "modelaudit/samples/jinja2");
		const files = globSync("**/*.{json,j2,template}", { cwd: folder });
		expect(files.length).toBeGreaterThanOrEqual(16);
		for (const file of files) {
			const { results } = await checkWeightFile(join(folder, file));
			const { status, code } = results.find(({ id }) => id === "D04")!;
			const hostile = /malicious|^tokenizer_config/.test(file);
			expect({ file, status, code }).toEqual({
				file,
				status: hostile ? "fail" : "pass",
				code: hostile ? "template.unsafe" : undefined,
			});
		}
	});
});

describe("GPT-2's tokenizer", () => {
	const files = {
		"tokenizer.json": gunzipSync(readFileSync(join(artefacts, "hf-layout/gpt2/tokenizer.json.gz"))),
		"tokenizer_config.json": readFileSync(join(artefacts, "hf-layout/gpt2/tokenizer_config.json")),
	};
	const judged = async (rows: number) => {
		const weights = encodeSafetensors([{ name: "wte.weight", shape: [rows, 1], data: Buffer.alloc(rows * 4, 1) }]);
		const all = { ...files, "model.safetensors": weights };
		const sizes = Object.entries(all).map(([path, { length }]) => ({ path, size: length }));
		const input = { root: await writePackage(all), files: sizes, now: Date.now(), budgetMs: 2_000, seed: 1, withManifest: false };
		return runChecks(input, { checks: CONTENTS_CHECKS });
	};

	it("fits 50,257 rows, and not one less", async () => {
		expect(await judged(50_257)).toMatchObject({ verdict: "pass" });
		const { results } = await judged(50_256);
		expect(results.find(({ id }) => id === "F02")).toMatchObject({
			status: "fail",
			message: expect.stringContaining("has the id 50,256 ('<|endoftext|>'); wte.weight of model.safetensors has 50,256 rows"),
		});
	});
});

describe("real files of other tools", () => {
	it("hold no secrets, no code and no banned files", async () => {
		const paths = globSync("{onnx,gguf,modelaudit/samples/{pickles,safetensors,keras,pytorch,archives}}/**/*.*", {
			cwd: artefacts,
		});
		expect(paths.length).toBeGreaterThan(30);
		for (const path of paths) {
			const { results } = await checkWeightFile(join(artefacts, path));
			const failed = results.filter(({ id, status }) => /^F|^D04/.test(id) && status !== "pass" && status !== "skipped");
			expect({ path, failed }).toEqual({ path, failed: [] });
		}
	});
});
