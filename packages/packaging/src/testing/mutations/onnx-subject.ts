import { bytesSource } from "../../files/read-at.ts";
import { readOnnx } from "../../formats/onnx/read-onnx.ts";
import { encodeModel, floats, message, tensor, value } from "../encode-onnx.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Field, MutationSubject } from "./subject.ts";

export const onnxSubject: MutationSubject = {
	name: "onnx",
	sources: /^formats\/(onnx\/|wire-reader)/,
	seeds: () => [
		encodeModel({
			tensors: [
				{ name: "w", dims: [4, 2], raw: floats(1, 2, 3, 4, 5, 6, 7, 8) },
				{ name: "e", dims: [2], external: { location: "weights.bin", offset: "0", length: "8" } },
			],
			attributes: [message(5, message(6, tensor(5, { name: "deep", dims: [1], raw: floats(1) })))],
		}),
		encodeModel({ domain: "ai.onnx.ml", input: value(11, "x", ["batch", 3, 224, 224], 10), output: value(12, "y", [1], 7) }),
	],
	mutateStructure: (bytes, random) => mutateField(bytes, protobufFields(bytes, 0, bytes.length), random),
	parse: (bytes) => readOnnx(bytesSource(bytes), "model.onnx"),
	codes: /^(onnx\.(malformed|limit)|weights\.(cut-off|empty))$/,
};

/** Tags, lengths and numbers of a protobuf message, and of those inside it, as far as they parse. */
function protobufFields(bytes: Uint8Array, from: number, to: number): Field[] {
	const fields: Field[] = [];
	for (let at = from; at < to; ) {
		const tag = varintAt(bytes, at, to);
		if (tag === undefined) return fields;
		fields.push({ offset: at, bytes: tag.bytes, form: "varint" });
		at += tag.bytes;
		const wire = tag.value & 7;
		if (wire !== 0 && wire !== 2) return fields;
		const number = varintAt(bytes, at, to);
		if (number === undefined) return fields;
		fields.push({ offset: at, bytes: number.bytes, form: "varint" });
		at += number.bytes;
		if (wire === 0) continue;
		if (at + number.value > to) return fields;
		fields.push(...protobufFields(bytes, at, at + number.value));
		at += number.value;
	}
	return fields;
}

function varintAt(bytes: Uint8Array, at: number, end: number): { value: number; bytes: number } | undefined {
	let value = 0;
	for (let length = 0; length < 5 && at + length < end; length++) {
		const byte = bytes[at + length]!;
		value += (byte & 0x7f) * 128 ** length;
		if (byte < 0x80) return { value, bytes: length + 1 };
	}
	return undefined;
}
