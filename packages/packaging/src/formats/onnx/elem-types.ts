/** One tensor element type of ONNX: its name there, its Open Inference Protocol name, and its size in bits (0: text). */
export interface ElemType {
	readonly name: string;
	readonly oip: string | null;
	readonly bits: number;
}

/** By number of TensorProto.DataType. */
export const ELEM_TYPES: Readonly<Record<number, ElemType>> = {
	1: { name: "float32", oip: "FP32", bits: 32 },
	2: { name: "uint8", oip: "UINT8", bits: 8 },
	3: { name: "int8", oip: "INT8", bits: 8 },
	4: { name: "uint16", oip: "UINT16", bits: 16 },
	5: { name: "int16", oip: "INT16", bits: 16 },
	6: { name: "int32", oip: "INT32", bits: 32 },
	7: { name: "int64", oip: "INT64", bits: 64 },
	8: { name: "string", oip: "BYTES", bits: 0 },
	9: { name: "bool", oip: "BOOL", bits: 8 },
	10: { name: "float16", oip: "FP16", bits: 16 },
	11: { name: "float64", oip: "FP64", bits: 64 },
	12: { name: "uint32", oip: "UINT32", bits: 32 },
	13: { name: "uint64", oip: "UINT64", bits: 64 },
	14: { name: "complex64", oip: null, bits: 64 },
	15: { name: "complex128", oip: null, bits: 128 },
	16: { name: "bfloat16", oip: "BF16", bits: 16 },
	17: { name: "float8e4m3fn", oip: null, bits: 8 },
	18: { name: "float8e4m3fnuz", oip: null, bits: 8 },
	19: { name: "float8e5m2", oip: null, bits: 8 },
	20: { name: "float8e5m2fnuz", oip: null, bits: 8 },
	21: { name: "uint4", oip: null, bits: 4 },
	22: { name: "int4", oip: null, bits: 4 },
	23: { name: "float4e2m1", oip: null, bits: 4 },
	24: { name: "float8e8m0", oip: null, bits: 8 },
	25: { name: "uint2", oip: null, bits: 2 },
	26: { name: "int2", oip: null, bits: 2 },
};

export function elemName(elemType: number): string {
	return ELEM_TYPES[elemType]?.name ?? `type ${elemType}`;
}

/** Bytes of a tensor, or undefined for text and unknown types. */
export function tensorBytes(elemType: number, dims: readonly number[]): bigint | undefined {
	const bits = ELEM_TYPES[elemType]?.bits;
	if (bits === undefined || bits === 0) return undefined;
	const elements = dims.reduce((product, dim) => product * BigInt(dim), 1n);
	return (elements * BigInt(bits) + 7n) / 8n;
}
