/** The structure of an ONNX file: everything but the tensors' bytes. Offsets are positions in the file. */
export interface OnnxModel {
	readonly irVersion: number | null;
	readonly producer: string;
	readonly opsets: readonly { readonly domain: string; readonly version: number }[];
	/** Null when the file has no graph. */
	readonly graph: OnnxGraph | null;
	/** Every operator used anywhere, with how often. */
	readonly operators: readonly { readonly domain: string; readonly type: string; readonly count: number }[];
	/** Domains of functions that the file defines itself. */
	readonly functionDomains: readonly string[];
	/** Every tensor anywhere: initializers, attributes, subgraphs, functions, sparse parts. */
	readonly tensors: readonly OnnxTensor[];
	readonly trainingInfoCount: number;
}

export interface OnnxGraph {
	readonly name: string;
	readonly nodeCount: number;
	/** As declared: initializers may be among the inputs. */
	readonly inputs: readonly OnnxValue[];
	readonly outputs: readonly OnnxValue[];
}

export interface OnnxValue {
	readonly name: string;
	readonly kind: "tensor" | "sparse" | "sequence" | "map" | "optional" | "opaque" | "none";
	/** TensorProto.DataType of a tensor, else 0. */
	readonly elemType: number;
	/** A number, a name (free), or null (unknown); null as a whole when the rank is unknown. */
	readonly dims: readonly (number | string | null)[] | null;
}

export interface OnnxTensor {
	readonly name: string;
	readonly place: "initializer" | "attribute" | "sparse";
	/** True for initializers of the main graph. */
	readonly main: boolean;
	readonly elemType: number;
	readonly dims: readonly number[];
	/** Offset of the tensor's message. */
	readonly at: number;
	/** `raw_data`, when there is some. */
	readonly raw: { readonly offset: number; readonly bytes: number } | null;
	/** Elements in the typed fields; null when there are too many bytes to count cheaply. */
	readonly typedCount: number | null;
	readonly external: boolean;
	/** external_data entries as written. */
	readonly externalEntries: readonly (readonly [key: string, value: string])[];
}

/** Inputs a caller must give: those that no initializer fills. */
export function openInputs(model: OnnxModel): OnnxValue[] {
	const filled = new Set(model.tensors.filter((tensor) => tensor.main).map((tensor) => tensor.name));
	return (model.graph?.inputs ?? []).filter((input) => !filled.has(input.name));
}
