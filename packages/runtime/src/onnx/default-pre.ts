import { type InferenceSession, Tensor } from "onnxruntime-node";
import type { JsonSchema } from "../manifest.ts";
import { DATATYPES, DATATYPES_BY_TENSOR, type Datatype } from "./datatypes.ts";
import { tensorFields } from "./tensor-schema.ts";

interface InputColumn {
	readonly name: string;
	readonly datatype: Datatype;
	/** Of one instance. */
	readonly shape: readonly number[];
	readonly length: number;
}

export type PreStep = (instances: readonly unknown[]) => Record<string, Tensor>;

/**
 * The step from instances to tensors for packages without code.pre: each schema property feeds the graph input of its name,
 * with shape [N, ...its shape]. A null is NaN for floats, the empty string for BYTES, and an error otherwise.
 */
export function defaultPre(session: InferenceSession, schema: JsonSchema): PreStep {
	const fields = new Map(tensorFields(schema).map((field) => [field.name, field]));
	const columns = session.inputMetadata.map((input): InputColumn => {
		const field = fields.get(input.name);
		if (field === undefined) throw new Error(`the graph's input "${input.name}" is no property of the input schema`);
		if (!input.isTensor) throw new Error(`the graph's input "${input.name}" is no tensor: use code.pre`);
		const datatype = DATATYPES_BY_TENSOR.get(input.type) ?? DATATYPES.get(field.datatype ?? "");
		if (datatype === undefined) throw new Error(`the graph's input "${input.name}" is ${input.type}: use code.pre`);
		const ofGraph = input.shape.slice(1).map((size) => (typeof size === "number" ? size : -1));
		const shape = reconcile(input.name, ofGraph, field.shape);
		return { name: input.name, datatype, shape, length: shape.reduce((product, size) => product * size, 1) };
	});
	return (instances) => {
		const feeds: Record<string, Tensor> = {};
		for (const column of columns) feeds[column.name] = fill(column, instances);
		return feeds;
	};
}

/** The graph's shape of one instance with its free sizes taken from the schema. A trailing 1 of the graph needs no mention. */
function reconcile(name: string, ofGraph: readonly number[], ofSchema: readonly number[] | null): readonly number[] {
	const stated = ofSchema ?? (ofGraph.every((size) => size > 0) ? ofGraph : []);
	const padded = stated.length === ofGraph.length - 1 ? [...stated, 1] : stated;
	const fits =
		padded.length === ofGraph.length && padded.every((size, i) => size > 0 && (ofGraph[i]! <= 0 || ofGraph[i] === size));
	if (!fits) throw new Error(`input "${name}": the schema says [N,${stated}], the graph [N,${ofGraph}]`);
	return padded;
}

function fill(column: InputColumn, instances: readonly unknown[]): Tensor {
	const data = column.datatype.allocate(instances.length * column.length);
	let at = 0;
	for (const [row, instance] of instances.entries()) {
		const value = (instance as Record<string, unknown>)[column.name] ?? null;
		const before = at;
		at = put(column, data, at, value);
		if (at - before !== column.length) {
			throw new Error(`instance ${row}: ${column.name} has ${at - before} elements, expected ${column.length}`);
		}
	}
	return new Tensor(column.datatype.tensor, data as never, [instances.length, ...column.shape]);
}

/** Row-major. Returns the next free place; never writes past the end. */
function put(
	column: InputColumn,
	data: { [index: number]: unknown; readonly length: number },
	at: number,
	value: unknown,
): number {
	if (Array.isArray(value)) return value.reduce((next: number, element) => put(column, data, next, element), at);
	if (at < data.length) data[at] = element(column, value);
	return at + 1;
}

function element(column: InputColumn, value: unknown): unknown {
	switch (column.datatype.kind) {
		case "float":
			return value === null ? Number.NaN : Number(value);
		case "bytes":
			return value === null ? "" : String(value);
		case "boolean":
			if (typeof value === "boolean") return value ? 1 : 0;
			break;
		case "bigint":
			if (typeof value === "bigint") return value;
			if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
			break;
		case "integer":
			if (typeof value === "number" && Number.isInteger(value)) return value;
			break;
	}
	throw new Error(`${column.name}: ${value === null ? "null" : typeof value} does not fit ${column.datatype.name}`);
}
