import { describe, expect, it } from "vitest";
import { bytesSource, type ReadAt } from "../../files/read-at.ts";
import { readTokenizer, readTokenLines, readTokenMap } from "./read-tokenizer.ts";

const source = (text: string): ReadAt => bytesSource(Buffer.from(text));
const json = (value: unknown, indent?: number): ReadAt => source(JSON.stringify(value, null, indent));

describe("a tokenizer", () => {
	it("of BPE has the largest id of vocabulary and added tokens", async () => {
		const model = { type: "BPE", vocab: { a: 0, 'b"\\é': 7, c: 2 }, merges: [["a", "b"], "a c"] };
		expect(await readTokenizer(json({ version: "1.0", added_tokens: [], model }), "t")).toEqual({
			model: "BPE",
			entries: 3,
			added: 0,
			largest: { id: 7, token: 'b"\\é' },
		});
		const added = {
			added_tokens: [
				{ id: 9, content: "<pad>", special: true },
				{ id: 8, content: "x" },
			],
			model,
		};
		expect(await readTokenizer(json(added, 2), "t")).toMatchObject({ added: 2, largest: { id: 9, token: "<pad>" } });
	});

	it("of Unigram has as many ids as its list is long", async () => {
		const model = {
			type: "Unigram",
			unk_id: 0,
			vocab: [
				["<unk>", 0],
				["▁a", -2.5],
				["b", -1e-3],
			],
		};
		expect(await readTokenizer(json({ model }), "t")).toEqual({
			model: "Unigram",
			entries: 3,
			added: 0,
			largest: { id: 2, token: "" },
		});
	});

	it("is not misled by keys of the same name elsewhere", async () => {
		const document = {
			decoder: { vocab: { x: 99 } },
			model: { type: "WordPiece", extra: { vocab: { y: 98 } }, vocab: { a: 0, b: 1 } },
			vocab: { z: 97 },
			post_processor: { added_tokens: [{ id: 96 }] },
		};
		expect(await readTokenizer(json(document), "t")).toMatchObject({ entries: 2, added: 0, largest: { id: 1, token: "b" } });
	});

	it("reads the same in pieces of any size", async () => {
		const vocab = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`to"k\\é${index}`, index]));
		const document = JSON.stringify({
			model: { type: "BPE", vocab, merges: [] },
			added_tokens: [{ id: 90_000, content: "e\né" }],
		});
		const whole = Buffer.from(`${" ".repeat(7)}${document}`);
		expect(whole.length).toBeGreaterThan(2 * 1024 * 1024 - 200_000);
		expect(await readTokenizer(bytesSource(whole), "t")).toMatchObject({ entries: 90_000, largest: { id: 90_000 } });
	});

	it.each([
		['{"model":{"vocab":{"a":0}}', "it ends too early at offset 26"],
		['{"model":{"vocab":{"a":0}}} x', "something follows its end at offset 28"],
		['{"model":{"vocab":{"a" 0}}}', "a ':' is due at offset 23"],
		['{"model":{"vocab":{"a":tru}}}', "a value is due at offset 23"],
		['{"a":1 "b":2}', "a ',' or a '}' is due at offset 7"],
		["{a:1}", "a key is due at offset 1"],
		['{"a":"\n"}', "a control character stands in a text at offset 6"],
		['{"model":{}}', "has no vocabulary"],
		["", "it ends too early at offset 0"],
	])("that is %j is refused", async (text, words) => {
		await expect(readTokenizer(source(text), "t")).rejects.toMatchObject({
			code: "tokenizer.malformed",
			message: expect.stringContaining(words),
		});
	});

	it("of too many levels is refused", async () => {
		await expect(readTokenizer(source("[".repeat(1_000_000)), "t")).rejects.toMatchObject({ code: "tokenizer.limit" });
	});
});

describe("vocabularies of older tokenizers", () => {
	it("are an object of ids, or lines", async () => {
		expect(await readTokenMap(json({ a: 0, b: 5 }), "t")).toMatchObject({ entries: 2, largest: { id: 5, token: "b" } });
		expect(await readTokenLines(source("[PAD]\n[UNK]\na\n"), "t")).toMatchObject({ entries: 3, largest: { id: 2 } });
		expect(await readTokenLines(source("[PAD]\r\na"), "t")).toMatchObject({ entries: 2, largest: { id: 1 } });
		await expect(readTokenMap(json([1]), "t")).rejects.toMatchObject({ code: "tokenizer.malformed" });
	});
});
