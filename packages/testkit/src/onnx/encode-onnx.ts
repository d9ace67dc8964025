/** An input or output of the graph; a null dimension is free. Element types: onnx.proto TensorProto.DataType. */
export interface OnnxValue {
	readonly name: string;
	readonly type: "float" | "int64" | "string" | "double";
	readonly shape: readonly (number | null)[];
}

export interface OnnxGraph {
	readonly nodes: readonly { readonly op: string; readonly inputs: readonly string[]; readonly outputs: readonly string[] }[];
	readonly inputs: readonly OnnxValue[];
	readonly outputs: readonly OnnxValue[];
	/** Float constants by name. */
	readonly constants?: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>>;
	/** Float tensors whose bytes lie in another file of the package. */
	readonly external?: Readonly<Record<string, ExternalTensor>>;
}

export interface ExternalTensor {
	readonly dims: readonly number[];
	readonly location: string;
	readonly offset: number;
	readonly length: number;
}

const ELEMENT_TYPES = { float: 1, int64: 7, string: 8, double: 11 } as const;

/** The bytes of an ONNX file, IR 8, opset 13. Field numbers: onnx.proto. */
export function encodeOnnx(graph: OnnxGraph): Buffer {
	const body = [
		...graph.nodes.map((node) =>
			message(1, [...node.inputs.map((name) => text(1, name)), ...node.outputs.map((name) => text(2, name)), text(4, node.op)]),
		),
		text(2, "test"),
		...Object.entries(graph.constants ?? {}).map(([name, { dims, data }]) =>
			message(5, [
				...dims.map((size) => integer(1, size)),
				integer(2, ELEMENT_TYPES.float),
				text(8, name),
				bytes(9, Buffer.from(new Float32Array(data).buffer)),
			]),
		),
		...Object.entries(graph.external ?? {}).map(([name, tensor]) => message(5, externalTensor(name, tensor))),
		...graph.inputs.map((value) => valueInfo(11, value)),
		...graph.outputs.map((value) => valueInfo(12, value)),
	];
	return Buffer.concat([integer(1, 8), message(7, body), message(8, [text(1, ""), integer(2, 13)])]);
}

function externalTensor(name: string, { dims, location, offset, length }: ExternalTensor): Buffer[] {
	const entries = Object.entries({ location, offset, length });
	return [
		...dims.map((size) => integer(1, size)),
		integer(2, ELEMENT_TYPES.float),
		text(8, name),
		...entries.map(([key, value]) => message(13, [text(1, key), text(2, String(value))])),
		integer(14, 1),
	];
}

function valueInfo(field: number, value: OnnxValue): Buffer {
	const dimensions = value.shape.map((size, i) => message(1, [size === null ? text(2, `free${i}`) : integer(1, size)]));
	const tensor = message(1, [integer(1, ELEMENT_TYPES[value.type]), message(2, dimensions)]);
	return message(field, [text(1, value.name), message(2, [tensor])]);
}

function integer(field: number, value: number): Buffer {
	return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function text(field: number, value: string): Buffer {
	return bytes(field, Buffer.from(value, "utf8"));
}

function message(field: number, parts: readonly Buffer[]): Buffer {
	return bytes(field, Buffer.concat(parts));
}

function bytes(field: number, value: Buffer): Buffer {
	return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
	const out: number[] = [];
	let rest = value;
	while (rest > 127) {
		out.push((rest % 128) | 128);
		rest = Math.floor(rest / 128);
	}
	return [...out, rest];
}
