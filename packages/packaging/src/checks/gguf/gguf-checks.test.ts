import { describe, expect, it } from "vitest";
import { encodeGguf, type GgufEntry, ggufNumbers, ggufTexts, ggufU32, modelEntries } from "../../testing/encode-gguf.ts";
import { writePackage } from "../../testing/package-fixture.ts";
import { checkWeightFile } from "../check-package.ts";

async function resultsOf(bytes: Uint8Array) {
	const folder = await writePackage({ "model.gguf": bytes });
	const summary = await checkWeightFile(`${folder}/model.gguf`);
	return { summary, of: (id: string) => summary.results.find((result) => result.id === id)! };
}

const embedding = { name: "token_embd.weight", dims: [8, 4], data: new Uint8Array(128).fill(1) };

describe("a GGUF file", () => {
	it("with what a runtime needs passes", async () => {
		const { of } = await resultsOf(encodeGguf({ entries: modelEntries(), tensors: [embedding] }));
		for (const id of ["D01", "D02", "D03"]) expect(of(id)).toMatchObject({ id, status: "pass" });
	});

	it("of another version is refused by D01 alone", async () => {
		const { of } = await resultsOf(encodeGguf({ version: 1 }));
		expect(of("D01")).toMatchObject({ status: "fail", code: "gguf.version", file: "model.gguf" });
		expect(of("D02").status).toBe("skipped");
	});

	it("with two broken tensors has both named", async () => {
		const tensors = [
			{ name: "a", dims: [0] },
			{ name: "b", dims: [1, 0] },
		];
		const { of } = await resultsOf(encodeGguf({ entries: modelEntries(), tensors }));
		expect(of("D02").findings?.map(({ message }) => message)).toEqual([
			expect.stringContaining("tensor 'a': its dimensions are [0]"),
			expect.stringContaining("tensor 'b': its dimensions are [1, 0]"),
		]);
		expect(of("D03").status).toBe("skipped");
	});

	it("with a type that is newer than this release is let through with a warning", async () => {
		const tensors = [{ name: "new", dims: [32], type: 200, data: new Uint8Array(64) }, embedding];
		const { of, summary } = await resultsOf(encodeGguf({ entries: modelEntries(), tensors }));
		expect(of("D02")).toMatchObject({ status: "fail", severity: "warn", message: expect.stringContaining("type 200") });
		expect(summary.verdict).toBe("pass");
	});

	it("that is cut off behind a hundred tensors of newer types is refused all the same", async () => {
		const newer = Array.from({ length: 150 }, (_, index) => ({
			name: `t${index}`,
			dims: [32],
			type: 200,
			data: new Uint8Array(32),
		}));
		const bytes = encodeGguf({ entries: modelEntries(), tensors: [...newer, embedding] });
		const { of } = await resultsOf(bytes.subarray(0, bytes.length - 64));
		expect(of("D02")).toMatchObject({ status: "fail", code: "weights.cut-off" });
		expect(of("D02").severity).toBe("block");
	});

	it("with bytes behind the last tensor is let through with a warning", async () => {
		const bytes = Buffer.concat([encodeGguf({ entries: modelEntries(), tensors: [embedding] }), Buffer.alloc(4096)]);
		const { of, summary } = await resultsOf(bytes);
		expect(of("D02")).toMatchObject({ severity: "warn", message: expect.stringContaining("4,096 bytes follow the last tensor") });
		expect(summary.verdict).toBe("pass");
	});

	it("of a vocabulary alone is valid, and said to hold nothing to serve", async () => {
		const { of, summary } = await resultsOf(encodeGguf({ entries: modelEntries() }));
		expect(of("D03")).toMatchObject({ status: "fail", severity: "warn", code: "gguf.no-weights" });
		expect(of("D03").message).toContain("no weights to serve");
		expect(summary.verdict).toBe("pass");
	});

	it("that is a part for a model is said to be one", async () => {
		const entries: GgufEntry[] = [["general.type", "adapter"]];
		const { of } = await resultsOf(encodeGguf({ entries, tensors: [embedding] }));
		expect(of("D03")).toMatchObject({ severity: "warn", message: expect.stringContaining("general.type is 'adapter'") });
	});

	it.each([
		["without any key", [], "the key general.architecture is missing"],
		["without a context length", [modelEntries()[0]!, ...modelEntries().slice(2)], "the key llama.context_length is missing"],
		["without tokens", modelEntries().slice(0, 3), "the key tokenizer.ggml.tokens is missing"],
		["with more tokens than rows", modelEntries(5), "has 5 tokens, token_embd.weight has rows for 4"],
		["with too few scores", [...modelEntries(), ["tokenizer.ggml.scores", ggufNumbers(6, 3)]], "scores has 3, expected as many"],
		[
			"with token types that are texts",
			[...modelEntries(), ["tokenizer.ggml.token_type", ggufTexts(["a"])]],
			"token_type has 1, expected",
		],
		["with tokens that are a number", [...modelEntries().slice(0, 3), ["tokenizer.ggml.tokens", ggufU32(4)]], "expected texts"],
	] as [string, GgufEntry[], string][])("%s is refused by D03", async (_, entries, words) => {
		const { of, summary } = await resultsOf(encodeGguf({ entries, tensors: [embedding] }));
		expect(of("D03")).toMatchObject({ status: "fail", severity: "high" });
		expect(of("D03").findings?.some(({ message }) => message.includes(words))).toBe(true);
		expect(summary.verdict).toBe("fail");
	});
});
