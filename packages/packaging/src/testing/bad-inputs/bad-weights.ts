import { link, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeGguf, ggufString, modelEntries, u32, u64 } from "../encode-gguf.ts";
import { encodeModel, floats, value } from "../encode-onnx.ts";
import {
	call,
	global,
	NONE,
	PROTO4,
	pickle,
	bytes as picklesBytes,
	text as picklesText,
	REDUCE,
	STACK_GLOBAL,
	STOP,
	TUPLE1,
} from "../encode-pickle.ts";
import { encodeSafetensors, headerLength, withHeader } from "../encode-safetensors.ts";
import { encodeZip } from "../encode-zip.ts";
import type { BadInput, Files } from "./bad-input.ts";

const F32 = (n: number): Uint8Array => Uint8Array.from({ length: 4 * n }, (_, at) => at % 200);
const safetensors = (bytes: Uint8Array): Files => ({ "model.safetensors": bytes });
const two = (a: readonly [number, number], b: readonly [number, number], data: Uint8Array): Uint8Array =>
	encodeSafetensors([
		{ name: "a", shape: [2], data: data.subarray(0, 8), offsets: a },
		{ name: "b", shape: [2], data: data.subarray(8), offsets: b },
	]);
const external = (location: string, more: Record<string, string> = {}): Files => ({
	"model.onnx": encodeModel({ tensors: [{ name: "w", dims: [2, 2], external: { location, ...more } }] }),
	"weights.bin": floats(1, 2, 3, 4),
});
const gguf = (bytes: Uint8Array): Files => ({ "model.gguf": bytes });
const SYSTEM = call("posix", "system", picklesText("id"));

/** Inputs 39 to 62: weights and what lies beside them. */
export const BAD_WEIGHTS: readonly BadInput[] = [
	{
		number: 39,
		what: "a header length of 2^63",
		code: "safetensors.header-length",
		says: /9,223,372,036,854,775,808/,
		files: safetensors(Buffer.concat([headerLength(2n ** 63n), Buffer.from("{}")])),
	},
	{
		number: 40,
		what: "a header one byte longer than the file",
		code: "safetensors.header-length",
		says: /bytes/,
		files: safetensors(Buffer.concat([headerLength(3), Buffer.from("{}")])),
	},
	{
		number: 41,
		what: "tensors that overlap",
		code: "safetensors.overlap",
		says: /'b'/,
		files: safetensors(two([0, 8], [4, 12], F32(3))),
	},
	{
		number: 42,
		what: "a hole between tensors",
		code: "safetensors.hole",
		says: /8/,
		files: safetensors(two([0, 8], [16, 24], F32(6))),
	},
	{
		number: 43,
		what: "4 KiB behind the last tensor",
		code: "safetensors.trailing",
		says: /4,096/,
		files: safetensors(Buffer.concat([encodeSafetensors([{ name: "a", shape: [2], data: F32(2) }]), Buffer.alloc(4096)])),
	},
	{
		number: 44,
		what: "a tensor's name twice",
		code: "safetensors.duplicate-key",
		says: /'a'/,
		files: safetensors(
			withHeader(
				'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
				F32(1),
			),
		),
	},
	{
		number: 45,
		what: "a shape beyond all numbers",
		code: "safetensors.shape",
		says: /1,?099,?511,?627,?776/,
		files: safetensors(encodeSafetensors([{ name: "a", shape: [2 ** 40, 2 ** 40], data: F32(1) }])),
	},
	{
		number: 46,
		what: "an element type that is none",
		code: "safetensors.dtype",
		says: /F7/,
		files: safetensors(encodeSafetensors([{ name: "a", dtype: "F7", shape: [1], data: F32(1) }])),
	},
	{
		number: 47,
		what: "a second half of zeros",
		code: "weights.values",
		says: /h\.1.*entirely zero/,
		files: safetensors(
			encodeSafetensors(
				["h.0", "h.1"].map((name, at) => ({
					name: `${name}.attn.weight`,
					shape: [32, 32],
					data: at === 0 ? F32(1024) : new Uint8Array(4096),
				})),
			),
		),
	},
	{
		number: 48,
		what: "NaN in lm_head",
		code: "weights.values",
		says: /lm_head/,
		files: safetensors(
			encodeSafetensors([
				{
					name: "lm_head.weight",
					shape: [16, 16],
					data: floats(...Array.from({ length: 256 }, (_, at) => (at === 7 ? Number.NaN : at + 1))),
				},
			]),
		),
	},
	{
		number: 49,
		what: "shard 3 of 8 missing",
		code: "safetensors.shard",
		says: /00003-of-00008/,
		files: {
			"model.safetensors.index.json": JSON.stringify({
				metadata: { total_size: 64 },
				weight_map: Object.fromEntries(
					Array.from({ length: 8 }, (_, at) => [`t${at}`, `model-0000${at + 1}-of-00008.safetensors`]),
				),
			}),
			...Object.fromEntries(
				[0, 1, 3, 4, 5, 6, 7].map((at) => [
					`model-0000${at + 1}-of-00008.safetensors`,
					encodeSafetensors([{ name: `t${at}`, shape: [2], data: F32(2) }]),
				]),
			),
		},
	},
	{
		number: 50,
		what: "ONNX cut off inside a tensor",
		code: "weights.cut-off",
		says: /offset/,
		files: { "model.onnx": encodeModel({ tensors: [{ name: "w", dims: [16], raw: F32(16) }] }).subarray(0, 90) },
	},
	{
		number: 51,
		what: "IR 14",
		code: "onnx.version",
		says: /IR 14 > 13 supported by onnxruntime 1\.30\.0/,
		files: { "model.onnx": encodeModel({ irVersion: 14 }) },
	},
	{
		number: 52,
		what: "external data outside the package",
		code: "onnx.external-data",
		says: /outside/,
		files: external("../secret"),
	},
	{
		number: 52,
		what: "external data at an absolute path",
		code: "onnx.external-data",
		says: /absolute/,
		files: external("/etc/passwd"),
	},
	{
		number: 52,
		what: "external data behind a link",
		code: "package.link",
		says: /weights\.bin/,
		files: { ...external("weights.bin"), "weights.bin": null },
		prepare: (folder) => symlink("/etc/hosts", join(folder, "weights.bin")),
	},
	{
		number: 52,
		what: "external data behind a hard link",
		code: "package.link",
		says: /hard link/,
		files: { ...external("weights.bin"), "weights.bin": null },
		prepare: async (folder) => {
			await writeFile(join(folder, "..", "elsewhere"), floats(1, 2, 3, 4));
			await link(join(folder, "..", "elsewhere"), join(folder, "weights.bin"));
		},
	},
	{
		number: 52,
		what: "external data past the end",
		code: "onnx.external-data",
		says: /cut off at 16/,
		files: external("weights.bin", { offset: "8" }),
	},
	{
		number: 52,
		what: "external data at 2^64",
		code: "onnx.external-data",
		says: /16/,
		files: external("weights.bin", { offset: String(2n ** 64n) }),
	},
	{
		number: 53,
		what: "an input of another name",
		code: "schema.mismatch",
		says: /features/,
		files: { "model.onnx": encodeModel({ input: value(11, "input", ["n", 2]) }) },
	},
	{
		number: 54,
		what: "operators of a domain of native code",
		code: "onnx.operator",
		says: /acme/,
		files: { "model.onnx": encodeModel({ domain: "acme" }) },
	},
	{
		number: 55,
		what: "GGUF with 2^62 tensors",
		code: "gguf.header",
		says: /tensor/,
		files: gguf(encodeGguf({ tensorCount: 2n ** 62n })),
	},
	{
		number: 55,
		what: "a GGUF text of 2^63 bytes",
		code: "weights.cut-off",
		says: /cut off.*text|name|bytes/,
		files: gguf(encodeGguf({ entries: [["general.name", Buffer.concat([u32(8), u64(2n ** 63n)])]] })),
	},
	{
		number: 55,
		what: "a GGUF dimension of zero",
		code: "gguf.tensor",
		says: /'w'/,
		files: gguf(encodeGguf({ entries: modelEntries(), tensors: [{ name: "w", dims: [0], data: new Uint8Array(0) }] })),
	},
	{
		number: 55,
		what: "a GGUF alignment of 3",
		code: "gguf.alignment",
		says: /3/,
		files: gguf(encodeGguf({ entries: [...modelEntries(), ["general.alignment", Buffer.concat([u32(4), u32(3)])]] })),
	},
	{
		number: 55,
		what: "GGUF tensors of one name",
		code: "gguf.duplicate-key",
		says: /'w'/,
		files: gguf(encodeGguf({ entries: modelEntries(), tensors: [1, 2].map(() => ({ name: "w", dims: [2], data: F32(2) })) })),
	},
	{ number: 55, what: "GGUF version 1", code: "gguf.version", says: /1/, files: gguf(encodeGguf({ version: 1 })) },
	{
		number: 55,
		what: "big-endian GGUF",
		code: "gguf.version",
		says: /endian|byte/,
		files: gguf(Buffer.concat([Buffer.from("GGUF"), Buffer.from([0, 0, 0, 3]), Buffer.alloc(16)])),
	},
	{
		number: 56,
		what: "a chat template that reaches into Python",
		code: "template.unsafe",
		says: /__globals__/,
		files: gguf(
			encodeGguf({ entries: [...modelEntries(), ["tokenizer.chat_template", ggufString("{{ x.__globals__['os'] }}")]] }),
		),
	},
	...[
		["posix.system", "model.pkl", pickle(PROTO4, SYSTEM, STOP), "pickle.global"],
		["protocol 0 under the name of a text", "notes.txt", pickle("cposix\nsystem\n(S'id'\ntR."), "pickle.global"],
		["a pickle that breaks after its call", "model.pkl", pickle(PROTO4, SYSTEM, "\xff"), "pickle.malformed"],
		[
			"names by way of the memo",
			"model.pkl",
			pickle(
				PROTO4,
				picklesText("posix"),
				"\x94",
				"0",
				picklesText("system"),
				"\x94",
				"0",
				"h\x00h\x01",
				STACK_GLOBAL,
				picklesText("id"),
				TUPLE1,
				REDUCE,
				STOP,
			),
			"pickle.global",
		],
		[
			"an extension code",
			"model.pkl",
			pickle("\x80\x02", "\x82\x01", picklesText("id"), TUPLE1, REDUCE, STOP),
			"pickle.extension",
		],
		["a pickle inside bytes", "model.pkl", pickle(PROTO4, picklesBytes(pickle(PROTO4, SYSTEM, STOP)), STOP), "pickle.nested"],
		[
			"pkgutil.resolve_name",
			"model.pkl",
			pickle(PROTO4, call("pkgutil", "resolve_name", picklesText("os:system")), picklesText("id"), TUPLE1, REDUCE, STOP),
			"pickle.global",
		],
		["an object array in npz", "arrays.npz", encodeZip([{ name: "a.npy", content: objectArray() }]), "npy.objects"],
	].map(
		([what, file, bytes, code]): BadInput => ({
			number: 57,
			what: String(what),
			code: String(code),
			says: /./,
			files: { [String(file)]: bytes as Uint8Array },
		}),
	),
	{
		number: 58,
		what: "TorchScript",
		code: "torch.script",
		says: /TorchScript/,
		files: {
			"model.pt": encodeZip([
				{ name: "m/data.pkl", content: pickle("\x80\x02", NONE, STOP) },
				{ name: "m/constants.pkl", content: pickle("\x80\x02", NONE, STOP) },
				{ name: "m/code/__torch__.py", content: "x" },
				{ name: "m/version", content: "3\n" },
			]),
		},
	},
	{
		number: 59,
		what: "a Lambda layer in .keras",
		code: "keras.lambda",
		says: /Lambda/,
		files: {
			"model.keras": encodeZip([
				{
					name: "config.json",
					content: JSON.stringify({
						class_name: "Sequential",
						module: "keras",
						config: { layers: [{ class_name: "Lambda", module: "keras.layers", config: {} }] },
					}),
				},
				{ name: "metadata.json", content: "{}" },
			]),
		},
	},
	{
		number: 59,
		what: "a Lambda layer in .h5",
		code: "keras.lambda",
		says: /Lambda/,
		files: {
			"model.h5": Buffer.concat([
				Buffer.from("894844460d0a1a0a", "hex"),
				Buffer.alloc(512),
				Buffer.from('model_config {"class_name": "Lambda"}'),
			]),
		},
	},
	{
		number: 60,
		what: "a token without a row",
		code: "tokenizer.range",
		says: /4/,
		files: {
			"tokenizer.json": JSON.stringify({
				version: "1.0",
				added_tokens: [],
				model: { type: "BPE", vocab: { a: 0, b: 1, c: 2, d: 3, e: 4 }, merges: [] },
			}),
			"model.safetensors": encodeSafetensors([{ name: "model.embed_tokens.weight", shape: [4, 16], data: F32(64) }]),
		},
	},
	{
		number: 61,
		what: "a configuration with code of elsewhere",
		code: "contents.remote-code",
		says: /auto_map/,
		files: { "config.json": JSON.stringify({ auto_map: { AutoModel: "acme/evil--modeling.Model" } }) },
	},
	{
		number: 62,
		what: "a path file of Python",
		code: "contents.banned",
		says: /start\.pth/,
		files: { "start.pth": "import os; os.system('id')\n" },
	},
	{
		number: 62,
		what: "a library of native code",
		code: "contents.banned",
		says: /\.so/,
		files: { "fast.so": Buffer.from("7f454c4602010100", "hex") },
	},
];

function objectArray(): Uint8Array {
	const header = Buffer.from("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n");
	const length = Buffer.alloc(2);
	length.writeUInt16LE(header.length);
	return Buffer.concat([
		Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]),
		length,
		header,
		pickle(PROTO4, global("posix", "system"), STOP),
	]);
}
