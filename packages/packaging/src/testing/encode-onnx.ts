/** A few bytes of protobuf, written by hand: fixtures for tests, so that no model file need be kept. */
export function varint(value: number | bigint): Uint8Array {
	const bytes: number[] = [];
	let rest = BigInt.asUintN(64, BigInt(value));
	do {
		bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
		rest >>= 7n;
	} while (rest > 0n);
	return Uint8Array.from(bytes);
}

export function number(field: number, value: number | bigint): Uint8Array {
	return Buffer.concat([varint(field * 8), varint(value)]);
}

export function message(field: number, ...parts: Uint8Array[]): Uint8Array {
	const body = Buffer.concat(parts);
	return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

export function text(field: number, value: string): Uint8Array {
	return message(field, Buffer.from(value));
}

export interface TensorSpec {
	readonly name: string;
	readonly dims: readonly number[];
	/** float32 unless given. */
	readonly elemType?: number;
	readonly raw?: Uint8Array;
	readonly external?: Readonly<Record<string, string>>;
}

export function tensor(field: number, spec: TensorSpec): Uint8Array {
	const entries = Object.entries(spec.external ?? {}).map(([key, value]) => message(13, text(1, key), text(2, value)));
	return message(
		field,
		...spec.dims.map((dim) => number(1, dim)),
		number(2, spec.elemType ?? 1),
		text(8, spec.name),
		...(spec.raw === undefined ? [] : [message(9, spec.raw)]),
		...entries,
		...(spec.external === undefined ? [] : [number(14, 1)]),
	);
}

export function value(field: number, name: string, dims: readonly (number | string)[], elemType = 1): Uint8Array {
	const shape = dims.map((dim) => message(1, typeof dim === "number" ? number(1, dim) : text(2, dim)));
	return message(field, text(1, name), message(2, message(1, number(1, elemType), message(2, ...shape))));
}

export interface ModelSpec {
	readonly irVersion?: number;
	readonly opset?: number;
	readonly op?: string;
	readonly domain?: string;
	readonly input?: Uint8Array;
	readonly output?: Uint8Array;
	readonly tensors?: readonly TensorSpec[];
	/** Further attributes of the one node. */
	readonly attributes?: readonly Uint8Array[];
}

/** A model of one node: `score = op(features)`. */
export function encodeModel(spec: ModelSpec = {}): Uint8Array {
	const node = message(
		1,
		text(1, "features"),
		text(2, "score"),
		text(4, spec.op ?? "Identity"),
		...(spec.attributes ?? []),
		...(spec.domain === undefined ? [] : [text(7, spec.domain)]),
	);
	const graph = message(
		7,
		node,
		text(2, "g"),
		...(spec.tensors ?? []).map((one) => tensor(5, one)),
		spec.input ?? value(11, "features", ["n", 2]),
		spec.output ?? value(12, "score", ["n", 2]),
	);
	return Buffer.concat([number(1, spec.irVersion ?? 8), graph, message(8, number(2, spec.opset ?? 17))]);
}

export function floats(...values: number[]): Uint8Array {
	return new Uint8Array(Float32Array.from(values).buffer);
}
