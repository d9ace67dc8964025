import { HeadgateError } from "@headgate/protocol";
import type { Contract, FieldContract } from "./contract.ts";
import { datatypeRefusal, elementRefusal } from "./tensor-elements.ts";

const MAX_RANK = 8;
const MAX_ELEMENTS = 2 ** 23;

function refuse(path: string, message: string): never {
	throw new HeadgateError("gateway.invalid-tensor", `${path}: ${message}`, { path });
}

/**
 * The `inputs` of an Open Inference Protocol request as instances: one tensor per field with shape [N, ...shape of the field],
 * data flat in row-major order or nested as the shape says. Null stands for a missing value where the schema allows it.
 */
export function instancesOf(inputs: unknown, contract: Contract): Record<string, unknown>[] {
	if (!Array.isArray(inputs) || inputs.length === 0) refuse("inputs", "must be an array with a tensor for each field");
	const seen = new Set<string>();
	let instances: Record<string, unknown>[] | null = null;
	for (const [index, input] of inputs.entries()) {
		const path = `inputs[${index}]`;
		const { field, datatype, shape, data } = frameOf(input, path, contract, seen);
		const count = shape[0]!;
		instances ??= Array.from({ length: count }, () => ({}));
		if (instances.length !== count) {
			refuse(`${path}.shape`, `"${field.name}" has ${count} rows, the tensors before it ${instances.length}`);
		}
		fill(instances, field, datatype, shape, data, path);
	}
	const missing = contract.fields.filter((field) => field.required && !seen.has(field.name)).map((field) => field.name);
	if (missing.length > 0)
		refuse("inputs", `missing ${missing.length === 1 ? "tensor" : "tensors"} ${missing.map(quote).join(", ")}`);
	return instances!;
}

function frameOf(input: unknown, path: string, contract: Contract, seen: Set<string>) {
	if (typeof input !== "object" || input === null || Array.isArray(input)) refuse(path, "must be an object");
	const { name, datatype, shape, data, parameters } = input as Record<string, unknown>;
	if (typeof name !== "string") refuse(`${path}.name`, "must be a string");
	const field = contract.byName.get(name);
	if (field === undefined) {
		refuse(
			`${path}.name`,
			`no input is named ${quote(name)}; the inputs are ${contract.fields.map((one) => quote(one.name)).join(", ")}`,
		);
	}
	if (seen.has(name)) refuse(`${path}.name`, `${quote(name)} is given twice`);
	seen.add(name);
	if (typeof parameters === "object" && parameters !== null && "binary_data_size" in parameters) {
		refuse(`${path}.parameters`, "binary tensor data is not accepted; send data as JSON");
	}
	const refusal = datatypeRefusal(datatype, field.datatype);
	if (refusal !== null) refuse(`${path}.datatype`, refusal);
	if (!Array.isArray(data)) refuse(`${path}.data`, "must be an array");
	return { field, datatype: datatype as string, shape: shapeOf(shape, field, `${path}.shape`), data };
}

function shapeOf(shape: unknown, field: FieldContract, path: string): readonly number[] {
	if (!Array.isArray(shape) || shape.length === 0) refuse(path, `must be an array [N${suffix(field.shape)}]`);
	if (shape.length > MAX_RANK) refuse(path, `has ${shape.length} dimensions, at most ${MAX_RANK} are accepted`);
	let product = 1;
	for (const [i, size] of shape.entries()) {
		if (typeof size !== "number" || !Number.isInteger(size) || size < 0) {
			refuse(`${path}[${i}]`, `must be a whole number of 0 or more, got ${typeof size === "number" ? size : typeof size}`);
		}
		product *= size;
		if (product > MAX_ELEMENTS) refuse(path, `holds more than ${MAX_ELEMENTS} elements`);
	}
	if (shape[0] === 0) refuse(`${path}[0]`, "a request needs at least one row");
	const own = (shape as number[]).slice(1);
	const scalar = field.shape?.length === 0 && own.length === 1 && own[0] === 1;
	const fits =
		field.shape === null || scalar || (own.length === field.shape.length && own.every((n, i) => matches(n, field.shape![i]!)));
	if (!fits) refuse(path, `is [${shape.join(",")}], expected [N${suffix(field.shape)}]`);
	return shape as number[];
}

function fill(
	instances: readonly Record<string, unknown>[],
	field: FieldContract,
	datatype: string,
	shape: readonly number[],
	data: readonly unknown[],
	path: string,
): void {
	const flat = flatten(data, shape, `${path}.data`);
	for (let i = 0; i < flat.length; i++) {
		const refusal = elementRefusal(flat[i], datatype, field.datatype);
		if (refusal !== null) refuse(`${path}.data[${i}]`, refusal);
	}
	const own = field.shape?.length === 0 ? [] : shape.slice(1);
	const stride = flat.length / instances.length;
	for (let row = 0; row < instances.length; row++) instances[row]![field.name] = nest(flat, own, row * stride);
}

/** Row-major elements of data that is either flat or nested exactly as the shape says. */
function flatten(data: readonly unknown[], shape: readonly number[], path: string): readonly unknown[] {
	const count = shape.reduce((product, size) => product * size, 1);
	if (!data.some(Array.isArray)) {
		if (data.length !== count) refuse(path, `has ${data.length} elements, shape [${shape.join(",")}] needs ${count}`);
		return data;
	}
	const flat: unknown[] = [];
	const visit = (value: unknown, depth: number, at: string): void => {
		if (depth === shape.length) {
			if (Array.isArray(value)) refuse(at, `nests deeper than shape [${shape.join(",")}]`);
			flat.push(value);
			return;
		}
		if (!Array.isArray(value)) refuse(at, `is ragged: expected an array of ${shape[depth]} here`);
		if (value.length !== shape[depth])
			refuse(at, `has ${value.length} elements, shape [${shape.join(",")}] needs ${shape[depth]} here`);
		for (let i = 0; i < value.length; i++) visit(value[i], depth + 1, `${at}[${i}]`);
	};
	visit(data, 0, path);
	return flat;
}

function nest(flat: readonly unknown[], shape: readonly number[], from: number): unknown {
	if (shape.length === 0) return flat[from];
	const inner = shape.slice(1);
	const stride = inner.reduce((product, size) => product * size, 1);
	return Array.from({ length: shape[0]! }, (_, i) => nest(flat, inner, from + i * stride));
}

function matches(size: number, expected: number): boolean {
	return expected === -1 || size === expected;
}

function suffix(shape: readonly number[] | null): string {
	return shape === null ? ",..." : shape.map((size) => `,${size}`).join("");
}

function quote(name: string): string {
	return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}...` : name);
}
