import { HeadgateError } from "@headgate/protocol";
import type { Prediction } from "@headgate/runtime";
import type { Choice } from "../endpoint.ts";
import { jsonWithBigInts } from "../parse/big-integers.ts";
import type { Contract, FieldContract } from "../parse/contract.ts";
import { instancesOf } from "../parse/tensors.ts";
import type { Decode } from "./protocol.ts";

const LONGEST_ID = 255;

/** Open Inference Protocol v2 over JSON: a tensor per field in, a tensor per field out. */
export const decodeV2: Decode = (body, endpoint, input, output) => {
	if (typeof body !== "object" || body === null || Array.isArray(body)) {
		throw new HeadgateError("gateway.invalid-request", 'the body must be an object {"inputs": [...]}');
	}
	const { id, inputs, outputs } = body as Record<string, unknown>;
	if (id !== undefined && (typeof id !== "string" || id.length > LONGEST_ID)) {
		throw new HeadgateError("gateway.invalid-request", `id must be a string of at most ${LONGEST_ID} characters`, { path: "id" });
	}
	const wanted = requestedOutputs(outputs, output);
	return {
		instances: instancesOf(inputs, input),
		placeOf: (instance, place) => (place === "" ? `row ${instance}` : `"${place}", row ${instance}`),
		encode(predictions, choice, contract) {
			return encodeV2(endpoint, id as string | undefined, predictions, choice, contract, wanted);
		},
	};
};

function requestedOutputs(outputs: unknown, contract: Contract): ReadonlySet<string> | null {
	if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) return null;
	if (!Array.isArray(outputs))
		throw new HeadgateError("gateway.invalid-request", "outputs must be an array", { path: "outputs" });
	const names = outputs.map((output: { name?: unknown } | null, index) => {
		const name = output?.name;
		if (typeof name === "string" && contract.byName.has(name)) return name;
		const known = contract.fields.map((field) => JSON.stringify(field.name)).join(", ");
		throw new HeadgateError("gateway.invalid-tensor", `outputs[${index}].name: no such output; the outputs are ${known}`, {
			path: `outputs[${index}].name`,
		});
	});
	return new Set(names);
}

function encodeV2(
	endpoint: string,
	id: string | undefined,
	predictions: readonly Prediction[],
	choice: Choice,
	contract: Contract,
	wanted: ReadonlySet<string> | null,
): string {
	const outputs = contract.fields
		.filter((field) => (wanted === null || wanted.has(field.name)) && predictions.some((one) => one[field.name] !== undefined))
		.map((field) => tensorOf(field, predictions));
	return jsonWithBigInts({
		model_name: endpoint,
		model_version: choice.route.version,
		...(id === undefined ? {} : { id }),
		outputs,
	});
}

function tensorOf(field: FieldContract, predictions: readonly Prediction[]) {
	const shape = [predictions.length, ...shapeOf(predictions.find((one) => one[field.name] != null)?.[field.name])];
	const data: unknown[] = [];
	for (const [row, prediction] of predictions.entries())
		append(data, prediction[field.name] ?? null, shape, 1, `${field.name}, row ${row}`);
	return { name: field.name, shape, datatype: field.datatype, data };
}

function shapeOf(value: unknown): number[] {
	return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

function append(data: unknown[], value: unknown, shape: readonly number[], depth: number, place: string): void {
	if (depth === shape.length) {
		// A structured value has no datatype of its own: it travels as text.
		data.push(typeof value === "object" && value !== null ? JSON.stringify(value) : value);
		return;
	}
	if (!Array.isArray(value) || value.length !== shape[depth]) throw new Error(`${place} is ragged: it has no tensor form`);
	for (const element of value) append(data, element, shape, depth + 1, place);
}
