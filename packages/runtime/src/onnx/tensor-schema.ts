import type { JsonSchema } from "../manifest.ts";

/** A schema property that is a tensor: `"x-tensor": {"datatype": "FP32", "shape": [2]}`; the shape is that of one instance. */
export interface TensorField {
	readonly name: string;
	/** Null when the schema does not say. */
	readonly datatype: string | null;
	/** Null when the schema does not say: then the graph or the data decides. -1 stands for any length. */
	readonly shape: readonly number[] | null;
}

/** The properties of an object schema, in order. */
export function tensorFields(schema: JsonSchema): TensorField[] {
	const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown> | boolean>;
	return Object.entries(properties).map(([name, property]) => {
		const tensor = typeof property === "object" ? (property["x-tensor"] as Record<string, unknown> | undefined) : undefined;
		return {
			name,
			datatype: typeof tensor?.datatype === "string" ? tensor.datatype : null,
			shape: Array.isArray(tensor?.shape) ? (tensor.shape as number[]) : null,
		};
	});
}
