import { ELEM_TYPES } from "../formats/onnx/elem-types.ts";
import type { OnnxValue } from "../formats/onnx/onnx-model.ts";

/** A first JSON Schema of an object with one property for each tensor. */
export function draftSchema(title: string, values: readonly OnnxValue[]): string {
	const tensors = values.filter((value) => value.kind === "tensor");
	const schema = {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title,
		type: "object",
		properties: Object.fromEntries(tensors.map((value) => [value.name, property(value)])),
		required: tensors.map((value) => value.name),
		additionalProperties: false,
	};
	return `${JSON.stringify(schema, null, "\t")}\n`;
}

/** The first dimension is the batch: a schema speaks of one instance. */
function property(value: OnnxValue): unknown {
	const shape = (value.dims ?? []).slice(1).map((dim) => (typeof dim === "number" ? dim : -1));
	const datatype = ELEM_TYPES[value.elemType]?.oip ?? "FP32";
	const nested = shape.reduceRight<unknown>(
		(items, dim) => {
			return dim === -1 ? { type: "array", items } : { type: "array", items, minItems: dim, maxItems: dim };
		},
		{ type: jsonType(datatype) },
	);
	const tensor = value.dims === null ? { datatype } : { datatype, shape };
	return { ...(nested as object), "x-tensor": tensor };
}

function jsonType(datatype: string): string {
	if (datatype === "BYTES") return "string";
	if (datatype === "BOOL") return "boolean";
	return datatype.startsWith("FP") || datatype === "BF16" ? "number" : "integer";
}
