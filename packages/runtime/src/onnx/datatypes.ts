import type { Tensor } from "onnxruntime-node";

/** Open Inference Protocol datatype of an ONNX tensor type, and how its data is held. */
export interface Datatype {
	readonly name: string;
	readonly tensor: Tensor.Type;
	readonly kind: "float" | "integer" | "bigint" | "boolean" | "bytes";
	readonly allocate: (length: number) => { [index: number]: unknown; readonly length: number };
}

const rows: readonly Datatype[] = [
	{ name: "FP32", tensor: "float32", kind: "float", allocate: (n) => new Float32Array(n) },
	{ name: "FP64", tensor: "float64", kind: "float", allocate: (n) => new Float64Array(n) },
	{ name: "INT8", tensor: "int8", kind: "integer", allocate: (n) => new Int8Array(n) },
	{ name: "INT16", tensor: "int16", kind: "integer", allocate: (n) => new Int16Array(n) },
	{ name: "INT32", tensor: "int32", kind: "integer", allocate: (n) => new Int32Array(n) },
	{ name: "INT64", tensor: "int64", kind: "bigint", allocate: (n) => new BigInt64Array(n) },
	{ name: "UINT8", tensor: "uint8", kind: "integer", allocate: (n) => new Uint8Array(n) },
	{ name: "UINT16", tensor: "uint16", kind: "integer", allocate: (n) => new Uint16Array(n) },
	{ name: "UINT32", tensor: "uint32", kind: "integer", allocate: (n) => new Uint32Array(n) },
	{ name: "UINT64", tensor: "uint64", kind: "bigint", allocate: (n) => new BigUint64Array(n) },
	{ name: "BOOL", tensor: "bool", kind: "boolean", allocate: (n) => new Uint8Array(n) },
	{ name: "BYTES", tensor: "string", kind: "bytes", allocate: (n) => new Array<string>(n).fill("") },
];

export const DATATYPES: ReadonlyMap<string, Datatype> = new Map(rows.map((row) => [row.name, row]));

/** By the name ONNX Runtime gives to a tensor type. */
export const DATATYPES_BY_TENSOR: ReadonlyMap<string, Datatype> = new Map(rows.map((row) => [row.tensor, row]));
