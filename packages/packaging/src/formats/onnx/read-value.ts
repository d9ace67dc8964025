import { DIMENSION, SHAPE, TENSOR_TYPE, TYPE, VALUE } from "./message-kinds.ts";
import type { OnnxValue } from "./onnx-model.ts";
import type { Span, Walk } from "./walk.ts";

const KINDS: Readonly<Record<number, OnnxValue["kind"]>> = {
	1: "tensor",
	4: "sequence",
	5: "map",
	7: "opaque",
	8: "sparse",
	9: "optional",
};
const MAX_RANK = 64;

/** A graph's input or output: name, element type and dimensions. */
export async function readValue(walk: Walk, span: Span): Promise<OnnxValue> {
	walk.keep();
	let name = "";
	let type: Omit<OnnxValue, "name"> = { kind: "none", elemType: 0, dims: null };
	await walk.fields(span, VALUE, (field) => {
		if (field.number === 1)
			return walk.name(field, "name").then((text) => {
				name = text;
			});
		if (field.number === 2)
			return readType(walk, walk.enter(field, 0, "type")).then((read) => {
				type = read;
			});
		return;
	});
	return { name, ...type };
}

async function readType(walk: Walk, span: Span): Promise<Omit<OnnxValue, "name">> {
	let type: Omit<OnnxValue, "name"> = { kind: "none", elemType: 0, dims: null };
	await walk.fields(span, TYPE, (field) => {
		const kind = KINDS[field.number];
		if (kind === undefined) return;
		if (kind !== "tensor") {
			type = { kind, elemType: 0, dims: null };
			return;
		}
		return readTensorType(walk, walk.enter(field, 0, "tensor type")).then((read) => {
			type = read;
		});
	});
	return type;
}

async function readTensorType(walk: Walk, span: Span): Promise<Omit<OnnxValue, "name">> {
	let elemType = 0;
	let dims: (number | string | null)[] | null = null;
	await walk.fields(span, TENSOR_TYPE, (field) => {
		if (field.number === 1) elemType = walk.integer(field, "element type");
		if (field.number === 2)
			return readShape(walk, walk.enter(field, 0, "shape")).then((read) => {
				dims = read;
			});
		return;
	});
	return { kind: "tensor", elemType, dims };
}

async function readShape(walk: Walk, span: Span): Promise<(number | string | null)[]> {
	const dims: (number | string | null)[] = [];
	await walk.fields(span, SHAPE, (field) => {
		if (field.number !== 1) return;
		if (dims.length === MAX_RANK) throw walk.reader.malformed(`a shape has more than ${MAX_RANK} dimensions`, field.start);
		return readDimension(walk, walk.enter(field, 0, "dimension")).then((dim) => void dims.push(dim));
	});
	return dims;
}

async function readDimension(walk: Walk, span: Span): Promise<number | string | null> {
	let dim: number | string | null = null;
	await walk.fields(span, DIMENSION, (field) => {
		if (field.number === 1) dim = walk.integer(field, "dimension value");
		if (field.number === 2)
			return walk.name(field, "dimension name").then((text) => {
				dim = text;
			});
		return;
	});
	return dim;
}
