import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkWeightFile } from "./checks/check-package.ts";

const artefacts = fileURLToPath(new URL("../../../../shared/data/artefacts", import.meta.url));

async function resultsOf(file: string) {
	const summary = await checkWeightFile(join(artefacts, file));
	return { summary, of: (id: string) => summary.results.find((result) => result.id === id)! };
}

describe("real safetensors files", () => {
	it.each([
		["header_len_huge", "B01", "safetensors.header-length", "1,099,511,627,776"],
		["truncated", "B01", "safetensors.header-length", "the file ends after 194"],
		["overlapping", "B02", "safetensors.overlap", "'a' [0, 8] and 'b' [4, 12]"],
	])("%s is refused by %s", async (name, id, code, words) => {
		const { of, summary } = await resultsOf(`safetensors-hostile/${name}.safetensors`);
		expect(of(id)).toMatchObject({ status: "fail", code, file: `${name}.safetensors`, message: expect.stringContaining(words) });
		expect(summary.verdict).toBe("fail");
	});

	it("that are sound pass", async () => {
		const files = globSync("modelaudit/**/*.safetensors", { cwd: artefacts });
		expect(files.length).toBeGreaterThanOrEqual(1);
		for (const file of files) expect((await resultsOf(file)).summary.verdict, file).toBe("pass");
	});
});

describe("the real vocabulary of GPT-2", () => {
	it("is a valid GGUF file, and said to hold no weights to serve", async () => {
		const { of, summary } = await resultsOf("gguf/ggml-vocab-gpt-2.gguf");
		expect(of("D01")).toMatchObject({ status: "pass", message: "ggml-vocab-gpt-2.gguf: version 3, 16 keys, 0 tensors" });
		expect(of("D02").status).toBe("pass");
		expect(of("D03")).toMatchObject({ status: "fail", severity: "warn", code: "gguf.no-weights" });
		expect(summary.verdict).toBe("pass");
	});
});
