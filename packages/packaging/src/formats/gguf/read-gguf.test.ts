import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { encodeGguf, type GgufSpec, ggufText, ggufTexts, ggufU32, modelEntries, u32, u64 } from "../../testing/encode-gguf.ts";
import { ggufString } from "./gguf-file.ts";
import { readGguf } from "./read-gguf.ts";

const read = (bytes: Uint8Array) => readGguf(bytesSource(bytes), "model.gguf");
const value = (type: number, ...bytes: Uint8Array[]): Uint8Array => Buffer.concat([u32(type), ...bytes]);

describe("readGguf", () => {
	it("reads version 2 and 3, with values of every type", async () => {
		const entries = [
			["a.u8", value(0, Uint8Array.of(255))],
			["a.i8", value(1, Uint8Array.of(255))],
			["a.u16", value(2, Uint8Array.of(255, 255))],
			["a.i16", value(3, Uint8Array.of(255, 255))],
			["a.i32", value(5, Uint8Array.of(255, 255, 255, 255))],
			["a.f32", value(6, new Uint8Array(Float32Array.of(0.5).buffer))],
			["a.bool", value(7, Uint8Array.of(1))],
			["a.u64", value(10, u64(2n ** 64n - 1n))],
			["a.i64", value(11, u64(-1))],
			["a.f64", value(12, new Uint8Array(Float64Array.of(Number.NaN).buffer))],
			["a.text", "words"],
			["a.texts", ggufTexts(["x", "yz"])],
		] as const;
		for (const version of [2, 3]) {
			const file = await read(encodeGguf({ version, entries }));
			expect(file.version).toBe(version);
			expect({ ...file.metadata }).toEqual({
				"a.u8": { type: "uint8", value: 255 },
				"a.i8": { type: "int8", value: -1 },
				"a.u16": { type: "uint16", value: 65535 },
				"a.i16": { type: "int16", value: -1 },
				"a.i32": { type: "int32", value: -1 },
				"a.f32": { type: "float32", value: 0.5 },
				"a.bool": { type: "bool", value: true },
				"a.u64": { type: "uint64", value: "18446744073709551615" },
				"a.i64": { type: "int64", value: -1 },
				"a.f64": { type: "float64", value: "NaN" },
				"a.text": { type: "string", value: "words", bytes: 5 },
				"a.texts": { type: "array", of: "string", count: 2 },
			});
		}
	});

	it("reads tensors that lie one after the other, filled up to the alignment", async () => {
		const file = await read(
			encodeGguf({
				alignment: 64,
				entries: [["general.alignment", ggufU32(64)]],
				tensors: [
					{ name: "f16", dims: [3], type: 1, data: new Uint8Array(6) },
					{ name: "q4", dims: [64, 2], type: 2, data: new Uint8Array(72) },
					{ name: "scalar", dims: [], data: new Uint8Array(4) },
				],
			}),
		);
		expect(file.tensors.map(({ name, offset }) => [name, offset])).toEqual([
			["f16", 0],
			["q4", 64],
			["scalar", 192],
		]);
		expect(file.dataAt % 64).toBe(0);
	});

	it("keeps chat templates of 256 KiB and one byte, and of other texts the first 4 KiB", async () => {
		const long = "x".repeat(300 * 1024);
		const file = await read(
			encodeGguf({
				entries: [
					["tokenizer.chat_template", long],
					["tokenizer.chat_template.tool_use", "{{ tools }}"],
					["general.description", long],
				],
			}),
		);
		expect(ggufString(file, "tokenizer.chat_template")).toHaveLength(256 * 1024 + 1);
		expect(ggufString(file, "tokenizer.chat_template.tool_use")).toBe("{{ tools }}");
		expect(file.metadata["general.description"]).toMatchObject({ bytes: 300 * 1024, value: "x".repeat(4096) });
	});

	it("needs no bytes after the last tensor to fill it up", async () => {
		const bytes = encodeGguf({ tensors: [{ name: "a", dims: [1], data: new Uint8Array(4) }] });
		expect((await read(bytes.subarray(0, bytes.length - 28))).tensors).toHaveLength(1);
	});

	const tensor = { name: "a", dims: [1], data: new Uint8Array(4) };
	it.each([
		["2^62 tensors", { tensorCount: 2n ** 62n }, "gguf.header", "4,611,686,018,427,387,904, expected 0 to 100,000"],
		["minus one keys", { keyCount: -1n }, "gguf.header", "the number of keys at offset 16 is -1"],
		["more tensors than fit", { tensorCount: 99_999n }, "weights.cut-off", "99,999 tensors"],
		["version 1", { version: 1 }, "gguf.version", "version 1, expected 2 or 3"],
		["version 0", { version: 0 }, "gguf.version", "version 0, expected 2 or 3"],
		["version 4", { version: 4 }, "gguf.version", "version 4, expected 2 or 3"],
		["big-endian numbers", { version: 0x0300_0000 }, "gguf.version", "byte-swapped"],
		["a key of 2^63 bytes", { keyCount: 1n, entries: [] }, "weights.cut-off", "list of 1 keys"],
		["a string of 2^63 bytes", { entries: [["k", value(8, u64(2n ** 63n))]] }, "weights.cut-off", "2^53 bytes or more"],
		["a string longer than the file", { entries: [["k", value(8, u64(1000))]] }, "weights.cut-off", "takes 1,000 bytes"],
		[
			"an array longer than the file",
			{ entries: [["k", value(9, u32(6), u64(1e9))]] },
			"weights.cut-off",
			"float32 x 1,000,000,000",
		],
		["an array of arrays", { entries: [["k", value(9, u32(9), u64(1))]] }, "gguf.metadata", "array of arrays"],
		["an unknown type", { entries: [["k", value(13, u64(1))]] }, "gguf.metadata", "unknown type 13"],
		["an empty key", { entries: [["", "x"]] }, "gguf.metadata", "is empty"],
		[
			"a key twice",
			{ entries: [...modelEntries(), ["general.architecture", "x"]] },
			"gguf.duplicate-key",
			"'general.architecture'",
		],
		["an alignment of 3", { entries: [["general.alignment", ggufU32(3)]] }, "gguf.alignment", "general.alignment is 3"],
		["an alignment of 4", { entries: [["general.alignment", ggufU32(4)]] }, "gguf.alignment", "general.alignment is 4"],
		["an alignment of 0", { entries: [["general.alignment", ggufU32(0)]] }, "gguf.alignment", "general.alignment is 0"],
		["an alignment that is a text", { entries: [["general.alignment", "32"]] }, "gguf.alignment", "of type string"],
		["a dimension of zero", { tensors: [{ ...tensor, dims: [0] }] }, "gguf.tensor", "dimensions are [0]"],
		["a negative dimension", { tensors: [{ ...tensor, dims: [-5] }] }, "gguf.tensor", "dimensions are [-5]"],
		["dimensions that overflow", { tensors: [{ ...tensor, dims: [2 ** 40, 2 ** 40] }] }, "gguf.tensor", "multiply to 2^53"],
		["five dimensions", { tensors: [{ ...tensor, dims: [1, 1, 1, 1, 1] }] }, "gguf.tensor", "has 5 dimensions"],
		["a tensor's name twice", { tensors: [tensor, tensor] }, "gguf.duplicate-key", "tensor 'a' stands twice"],
		["a name of 64 bytes", { tensors: [{ ...tensor, name: "n".repeat(64) }] }, "gguf.tensor", "has 64 bytes, at most 63"],
		["rows that fill no block", { tensors: [{ ...tensor, dims: [31], type: 2 }] }, "gguf.tensor", "Q4_0 needs a multiple of 32"],
		[
			"an offset that is not the sum",
			{ tensors: [{ ...tensor, offset: 32 }] },
			"gguf.offsets",
			"begins at 32 of the data, expected 0",
		],
		["an offset of 2^63", { tensors: [{ ...tensor, offset: 2n ** 63n }] }, "gguf.offsets", "9,223,372,036,854,775,808"],
		["a tensor beyond the end", { tensors: [{ ...tensor, dims: [9] }] }, "weights.cut-off", "'a' ends at offset"],
	] as [string, GgufSpec, string, string][])("refuses %s", async (_, spec, code, words) => {
		await expect(read(encodeGguf(spec))).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
	});

	it("refuses a key whose length is 2^63", async () => {
		const bytes = Buffer.from(encodeGguf({ entries: modelEntries() }));
		bytes.writeBigUInt64LE(2n ** 63n, 24);
		await expect(read(bytes)).rejects.toMatchObject({ code: "weights.cut-off" });
	});

	it("refuses a file that is cut off anywhere", async () => {
		const whole = encodeGguf({ entries: modelEntries(), tensors: [{ name: "a", dims: [8], data: new Uint8Array(32) }] });
		for (let size = 4; size < whole.length; size++) {
			await expect(read(whole.subarray(0, size)), `${size} bytes`).rejects.toMatchObject({ code: "weights.cut-off" });
		}
		await expect(read(new Uint8Array(0))).rejects.toMatchObject({ code: "weights.empty" });
		await expect(read(Buffer.from("GGU"))).rejects.toMatchObject({ code: "gguf.header" });
	});

	it("stops when it is told to", async () => {
		const stopped = AbortSignal.abort(new Error("enough"));
		await expect(readGguf(bytesSource(encodeGguf({ entries: [["k", ggufText("v")]] })), "m", stopped)).rejects.toThrow("enough");
	});
});
