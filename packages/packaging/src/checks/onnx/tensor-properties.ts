import type { CheckContext } from "../context.ts";

/** A property of a schema that stands for one tensor. */
export interface TensorProperty {
	readonly name: string;
	/** Open Inference Protocol: FP32, INT64, BYTES ... */
	readonly datatype: string;
	/** Of one instance, without the batch; -1 is any size; absent when the schema does not say. */
	readonly shape?: readonly number[];
}

/** A schema file that cannot be compared with a graph. */
export class SchemaFault extends Error {
	readonly file: string;

	constructor(message: string, file: string) {
		super(message);
		this.file = file;
	}
}

/** The properties with `x-tensor: {datatype, shape?}` of a schema file. Throws SchemaFault. */
export async function tensorProperties(context: CheckContext, path: string): Promise<TensorProperty[]> {
	const schema = (await context.json(path).catch((error: Error) => {
		throw new SchemaFault(error.message, path);
	})) as { properties?: Record<string, { "x-tensor"?: { datatype?: unknown; shape?: unknown } }> } | null;
	const properties = Object.entries(schema?.properties ?? {});
	return properties.map(([name, property]) => {
		const tensor = property?.["x-tensor"];
		if (typeof tensor?.datatype !== "string") {
			const message = `${path}: the property '${name}' has no x-tensor.datatype; without code around the graph each property is a tensor`;
			throw new SchemaFault(message, path);
		}
		const { datatype, shape } = tensor;
		if (shape === undefined) return { name, datatype };
		if (!Array.isArray(shape) || !shape.every((dim) => Number.isInteger(dim) && dim >= -1)) {
			throw new SchemaFault(`${path}: x-tensor.shape of '${name}' must be a list of whole numbers, -1 for any size`, path);
		}
		return { name, datatype, shape: shape as number[] };
	});
}
