import { HeadgateError } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { bytesSource, countedSource, type ReadAt } from "../../files/read-at.ts";
import { encodeModel, floats, message, number, tensor, text, value, varint } from "../../testing/encode-onnx.ts";
import { openInputs } from "./onnx-model.ts";
import { readOnnx } from "./read-onnx.ts";

describe("the ONNX reader", () => {
	it("sees versions, inputs, outputs, operators and tensors", async () => {
		const bytes = encodeModel({ tensors: [{ name: "w", dims: [2, 2], raw: floats(1, 2, 3, 4) }], op: "MatMul" });
		const model = await readOnnx(bytesSource(bytes), "model.onnx");
		expect(model).toMatchObject({ irVersion: 8, opsets: [{ domain: "", version: 17 }] });
		expect(model.graph?.inputs).toEqual([{ name: "features", kind: "tensor", elemType: 1, dims: ["n", 2] }]);
		expect(model.operators).toEqual([{ domain: "", type: "MatMul", count: 1 }]);
		const [weight] = model.tensors;
		expect(weight).toMatchObject({ name: "w", dims: [2, 2], main: true });
		expect(Buffer.from(bytes).subarray(weight!.raw!.offset, weight!.raw!.offset + weight!.raw!.bytes)).toEqual(
			Buffer.from(floats(1, 2, 3, 4)),
		);
	});

	it("does not count an input that an initializer fills", async () => {
		const model = await readOnnx(bytesSource(encodeModel({ tensors: [{ name: "features", dims: [0], raw: floats() }] })), "m");
		expect(openInputs(model)).toEqual([]);
	});

	it("says of every prefix where it is cut off, or reads less than the whole", async () => {
		const bytes = encodeModel({ tensors: [{ name: "w", dims: [4], raw: floats(1, 2, 3, 4) }] });
		const whole = await readOnnx(bytesSource(bytes), "m");
		for (let size = 1; size < bytes.length; size++) {
			const result = await readOnnx(bytesSource(bytes.subarray(0, size)), "model.onnx").catch((error: unknown) => error);
			if (result instanceof HeadgateError) {
				expect(result.code).toBe("weights.cut-off");
				expect(result.message).toContain(`(at offset ${size})`);
				expect(result.message).toContain("model.onnx is cut off: ");
			} else expect(result).not.toEqual(whole);
		}
	});

	it("names the graph, its place and both lengths", async () => {
		const bytes = Buffer.concat([number(1, 8), varint(7 * 8 + 2), varint(81_920), new Uint8Array(40_960)]);
		await expect(readOnnx(bytesSource(bytes), "model.onnx")).rejects.toThrow(
			"model.onnx is cut off: the graph at offset 6 says 81,920 bytes, the file ends after 40,960 of them (at offset 40,966)",
		);
	});

	it.each([
		["a group", Buffer.from([0x0b]), "onnx.malformed"],
		["wire type 7", Buffer.from([0x0f]), "onnx.malformed"],
		["a number of 11 bytes", Buffer.from([0x08, ...Array(11).fill(0x80)]), "onnx.malformed"],
		["a length of 2^63", Buffer.concat([varint(58), varint(2n ** 63n)]), "weights.cut-off"],
		["a tensor longer than its graph", message(7, Buffer.concat([varint(42), varint(9), new Uint8Array(3)])), "weights.cut-off"],
		["a text field as a number", message(7, number(2, 1)), "onnx.malformed"],
		["a negative dimension", encodeModel({ tensors: [{ name: "w", dims: [-1], raw: floats() }] }), "onnx.malformed"],
		["nothing", new Uint8Array(0), "weights.empty"],
	])("refuses %s", async (_, bytes, code) => {
		await expect(readOnnx(bytesSource(bytes), "m")).rejects.toMatchObject({ code });
	});

	it("reads subgraphs 64 deep and refuses deeper ones", async () => {
		const nested = (depth: number): Uint8Array => {
			let graph = message(7, text(2, "inner"), value(12, "y", [1]));
			const rewrap = (field: number, body: Uint8Array): Uint8Array =>
				Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
			let body: Uint8Array = Buffer.from(graph).subarray(2);
			for (let level = 0; level < depth; level++) body = rewrap(1, rewrap(5, rewrap(6, body)));
			graph = rewrap(7, body);
			return Buffer.concat([number(1, 8), graph]);
		};
		expect((await readOnnx(bytesSource(nested(64)), "m")).operators[0]?.count).toBe(64);
		await expect(readOnnx(bytesSource(nested(65)), "m")).rejects.toMatchObject({ code: "onnx.limit" });
	});

	it("finds tensors in attributes and subgraphs", async () => {
		const inner = message(6, tensor(5, { name: "deep", dims: [1], raw: floats(1) }));
		const bytes = encodeModel({
			attributes: [message(5, inner), message(5, tensor(5, { name: "constant", dims: [1], raw: floats(1) }))],
		});
		const model = await readOnnx(bytesSource(bytes), "m");
		expect(model.tensors.map(({ name, place, main }) => [name, place, main])).toEqual([
			["deep", "initializer", false],
			["constant", "attribute", false],
		]);
	});

	it("reads little of a file of 10 GB", async () => {
		const size = 10 * 1024 ** 3;
		const head = Buffer.concat([number(1, 8), message(8, number(2, 17))]);
		const tensorHead = Buffer.concat([number(1, 2 ** 31), number(2, 1), text(8, "w")]);
		const tail = Buffer.concat([message(1, text(4, "Identity")), value(12, "y", [1])]);
		// raw_data fills what is left; the lengths around it take six bytes each at this size.
		const rawBytes = size - head.length - tensorHead.length - tail.length - 3 * (1 + 5);
		const rawHead = Buffer.concat([varint(74), varint(rawBytes)]);
		const tensorBody = tensorHead.length + rawHead.length + rawBytes;
		const initializer = Buffer.concat([varint(42), varint(tensorBody)]);
		const graphHead = Buffer.concat([varint(58), varint(initializer.length + tensorBody + tail.length)]);
		const front = Buffer.concat([head, graphHead, initializer, tensorHead, rawHead]);
		expect(front.length + rawBytes + tail.length).toBe(size);
		const sparse: ReadAt = {
			size,
			read(offset, length) {
				const bytes = Buffer.alloc(Math.min(length, size - offset));
				if (offset < front.length) front.copy(bytes, 0, offset);
				const tailAt = size - tail.length;
				if (offset + bytes.length > tailAt) tail.copy(bytes, Math.max(0, tailAt - offset), Math.max(0, offset - tailAt));
				return bytes;
			},
		};
		const counted = countedSource(sparse);
		const model = await readOnnx(counted, "big.onnx");
		expect(model.tensors[0]?.raw?.bytes).toBe(rawBytes);
		expect(model.graph?.outputs[0]?.name).toBe("y");
		expect(counted.bytesRead()).toBeLessThan(256 * 1024);
	});

	it("meets 3,000 mutations with format errors only, reading no more than a small multiple of the file", async () => {
		const base = encodeModel({
			tensors: [
				{ name: "w", dims: [4, 2], raw: floats(1, 2, 3, 4, 5, 6, 7, 8) },
				{ name: "e", dims: [2], external: { location: "weights.bin", offset: "0", length: "8" } },
			],
			attributes: [message(5, message(6, tensor(5, { name: "deep", dims: [1], raw: floats(1) })))],
		});
		let state = 20261121;
		const random = (below: number): number => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return Math.floor((state / 2 ** 32) * below);
		};
		const codes = new Map<string, number>();
		for (let round = 0; round < 3_000; round++) {
			let bytes = Uint8Array.from(base);
			for (let count = 1 + random(4); count > 0; count--) bytes[random(bytes.length)] = random(256);
			if (random(4) === 0) bytes = bytes.subarray(0, random(bytes.length));
			const counted = countedSource(bytesSource(bytes));
			const result = await readOnnx(counted, "m").catch((error: unknown) => error);
			if (result instanceof Error) expect(result).toBeInstanceOf(HeadgateError);
			const code = result instanceof HeadgateError ? result.code : "read";
			expect(code).toMatch(/^(read|onnx\.malformed|onnx\.limit|weights\.(cut-off|empty))$/);
			codes.set(code, (codes.get(code) ?? 0) + 1);
			expect(counted.bytesRead()).toBeLessThanOrEqual(64 * bytes.length);
		}
		expect([...codes.keys()]).toEqual(expect.arrayContaining(["read", "onnx.malformed", "weights.cut-off"]));
	});
});
