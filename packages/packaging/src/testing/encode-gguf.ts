/** One value of the metadata: a text, or a type with its bytes. */
export type GgufEntry = readonly [key: string, value: string | Uint8Array];

export interface GgufTensorSpec {
	readonly name: string;
	readonly dims: readonly (number | bigint)[];
	/** F32 (0) unless given. */
	readonly type?: number;
	readonly data?: Uint8Array;
	/** Written instead of the true offset. */
	readonly offset?: number | bigint;
}

export interface GgufSpec {
	readonly version?: number;
	readonly entries?: readonly GgufEntry[];
	readonly tensors?: readonly GgufTensorSpec[];
	/** Written instead of the true counts. */
	readonly tensorCount?: bigint;
	readonly keyCount?: bigint;
	/** Of the data; write `general.alignment` among the entries too. */
	readonly alignment?: number;
}

/** A GGUF file, little-endian. */
export function encodeGguf(spec: GgufSpec = {}): Uint8Array {
	const { version = 3, entries = [], tensors = [], alignment = 32 } = spec;
	let at = 0;
	const infos = tensors.map(({ name, dims, type = 0, data, offset }) => {
		const info = [ggufText(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset ?? at)];
		at = Math.ceil((at + (data?.length ?? 0)) / alignment) * alignment;
		return Buffer.concat(info);
	});
	const head = Buffer.concat([
		Buffer.from("GGUF"),
		u32(version),
		u64(spec.tensorCount ?? tensors.length),
		u64(spec.keyCount ?? entries.length),
		...entries.flatMap(([key, value]) => [ggufText(key), typeof value === "string" ? ggufString(value) : value]),
		...infos,
	]);
	return Buffer.concat([padded(head, alignment), ...tensors.map(({ data }) => padded(data ?? Buffer.alloc(0), alignment))]);
}

/** A text with its length in front. */
export function ggufText(text: string): Uint8Array {
	const bytes = Buffer.from(text);
	return Buffer.concat([u64(bytes.length), bytes]);
}

/** Values of the metadata, each with its type in front. */
export function ggufString(text: string): Uint8Array {
	return Buffer.concat([u32(8), ggufText(text)]);
}

export function ggufU32(value: number): Uint8Array {
	return Buffer.concat([u32(4), u32(value)]);
}

export function ggufTexts(texts: readonly string[]): Uint8Array {
	return Buffer.concat([u32(9), u32(8), u64(texts.length), ...texts.map(ggufText)]);
}

/** An array of numbers of 4 bytes: type 6 is float32, 5 int32. */
export function ggufNumbers(type: number, count: number): Uint8Array {
	return Buffer.concat([u32(9), u32(type), u64(count), Buffer.alloc(4 * count)]);
}

export function u32(value: number): Uint8Array {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

export function u64(value: number | bigint): Uint8Array {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
	return bytes;
}

/** What a language model needs besides its weights. */
export function modelEntries(tokens = 4): GgufEntry[] {
	return [
		["general.architecture", "llama"],
		["llama.context_length", ggufU32(2048)],
		["tokenizer.ggml.model", "gpt2"],
		["tokenizer.ggml.tokens", ggufTexts(Array.from({ length: tokens }, (_, index) => `t${index}`))],
	];
}

function padded(bytes: Uint8Array, alignment: number): Uint8Array {
	return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}
