import { bytesSource } from "../../files/read-at.ts";
import { readGguf } from "../../formats/gguf/read-gguf.ts";
import { encodeGguf, ggufNumbers, ggufU32, modelEntries } from "../encode-gguf.ts";
import { mutateField } from "./mutate-bytes.ts";
import type { Field, MutationSubject } from "./subject.ts";

export const ggufSubject: MutationSubject = {
	name: "gguf",
	sources: /^formats\/gguf\//,
	seeds: () => [
		encodeGguf({
			entries: [...modelEntries(), ["tokenizer.ggml.scores", ggufNumbers(6, 4)], ["general.alignment", ggufU32(64)]],
			tensors: [
				{ name: "token_embd.weight", dims: [8, 4], data: Buffer.alloc(128, 1) },
				{ name: "blk.0.attn_q.weight", dims: [32, 2], type: 8, data: Buffer.alloc(68, 1) },
			],
			alignment: 64,
		}),
		encodeGguf({ version: 2, entries: modelEntries(1) }),
	],
	mutateStructure: (bytes, random) => mutateField(bytes, integers(bytes), random),
	parse: (bytes) => readGguf(bytesSource(bytes), "model.gguf"),
	codes: /^(gguf\.[a-z-]+|weights\.(cut-off|empty))$/,
};

/** Version and counts, then every four and eight bytes that read as a small number: lengths, types, dimensions and offsets. */
function integers(bytes: Uint8Array): Field[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const fields: Field[] = [
		{ offset: 4, bytes: 4, form: "little-endian" },
		{ offset: 8, bytes: 8, form: "little-endian" },
		{ offset: 16, bytes: 8, form: "little-endian" },
	];
	for (let offset = 24; offset + 8 <= bytes.length; offset++) {
		if (view.getUint32(offset, true) < 4_096 && view.getUint32(offset, true) > 0)
			fields.push({ offset, bytes: 4, form: "little-endian" });
		if (view.getBigUint64(offset, true) < 4_096n) fields.push({ offset, bytes: 8, form: "little-endian" });
	}
	return fields;
}
