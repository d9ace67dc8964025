import { join } from "node:path";
import { type OnnxGraph, writeTestPackage } from "@headgate/testkit/onnx";

/** How a request carries its 30 features. */
export type BodyShape = "named" | "array" | "tensor";

export const BODY_SHAPES: readonly BodyShape[] = ["named", "array", "tensor"];

/** What each shape is on the wire, for people. */
export const SHAPE_WORDS: Readonly<Record<BodyShape, string>> = {
	named: 'KServe v1 {"instances":[{...30 named numbers}]}, a range for each; pre.mjs gathers them',
	array: 'KServe v1 {"instances":[{"x":[30 numbers]}]}, one range for all',
	tensor: 'Open Inference Protocol v2 {"inputs":[{"name":"x","shape":[1,30],...}]}, one range for all',
};

const FEATURES = 30;
const HIDDEN = 16;
const BODY_BYTES = 600;

type Manifest = Awaited<ReturnType<typeof writeTestPackage>>;

/** Writes a package with a network 30 -> 16 -> 1, validated in and out. `seed` tells versions apart. */
export async function writeModel(
	folder: string,
	version: string,
	shape: BodyShape,
	seed: number,
): Promise<{ dir: string; manifest: Manifest }> {
	const dir = join(folder, `model-${version}`);
	const input = JSON.parse(body(shape, 0)) as { instances?: unknown[] };
	const example = shape === "tensor" ? { x: values(0) } : input.instances![0];
	const manifest = await writeTestPackage(dir, {
		name: "bench",
		version,
		graph: network(seed),
		inputSchema: shape === "named" ? namedSchema() : arraySchema(),
		outputSchema: {
			type: "object",
			properties: { score: { type: "number", minimum: 0, maximum: 1, "x-tensor": { datatype: "FP32", shape: [] } } },
			required: ["score"],
			additionalProperties: false,
		},
		// The runtime measures its warm-up on examples: without one no model is ever taken into the loop.
		examples: [{ input: example, output: {} }],
		...(shape === "named" ? { pre: gather() } : {}),
	});
	return { dir, manifest };
}

/** The path and a body of exactly 600 bytes; `seed` tells callers apart. */
export function requestOf(shape: BodyShape, seed: number): { path: string; body: string } {
	const path = shape === "tensor" ? "/v2/models/bench/infer" : "/v1/models/bench:predict";
	return { path, body: padded(body(shape, seed)) };
}

function body(shape: BodyShape, seed: number): string {
	const numbers = values(seed);
	if (shape === "named") {
		return JSON.stringify({ instances: [Object.fromEntries(numbers.map((value, i) => [nameOf(i), value]))] });
	}
	if (shape === "array") return JSON.stringify({ instances: [{ x: numbers }] });
	return JSON.stringify({ inputs: [{ name: "x", shape: [1, FEATURES], datatype: "FP32", data: numbers }] });
}

/** JSON may end in blanks: they bring every body to the same length. */
function padded(text: string): string {
	if (text.length > BODY_BYTES) throw new Error(`a body of ${text.length} bytes, expected at most ${BODY_BYTES}`);
	return text.padEnd(BODY_BYTES, " ");
}

/** Numbers of up to nine digits, as measurements have them. */
function values(seed: number): number[] {
	return Array.from({ length: FEATURES }, (_, i) => Math.round(1e8 * Math.sin(1 + seed * 31 + i * 7)) / 1e8);
}

function nameOf(feature: number): string {
	return `f${String(feature).padStart(2, "0")}`;
}

function namedSchema(): object {
	const names = Array.from({ length: FEATURES }, (_, i) => nameOf(i));
	const properties = Object.fromEntries(names.map((name, i) => [name, { type: "number", minimum: -1 - i, maximum: 1 + i }]));
	return { type: "object", properties, required: names, additionalProperties: false };
}

function arraySchema(): object {
	const x = {
		type: "array",
		items: { type: "number", minimum: -1, maximum: 1 },
		minItems: FEATURES,
		maxItems: FEATURES,
		"x-tensor": { datatype: "FP32", shape: [FEATURES] },
	};
	return { type: "object", properties: { x }, required: ["x"], additionalProperties: false };
}

/** pre.mjs: thirty named numbers to the one tensor of the graph. */
function gather(): string {
	const assignments = Array.from({ length: FEATURES }, (_, i) => `\t\tdata[at + ${i}] = one.${nameOf(i)};`).join("\n");
	return `export default (instances) => {
	const data = new Float32Array(instances.length * ${FEATURES});
	for (let row = 0; row < instances.length; row++) {
		const one = instances[row];
		const at = row * ${FEATURES};
${assignments}
	}
	return { x: { type: "float32", dims: [instances.length, ${FEATURES}], data } };
};
`;
}

function network(seed: number): OnnxGraph {
	const weights = (rows: number, columns: number, from: number) => ({
		dims: [rows, columns],
		data: Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + from + i * 0.7) / 4),
	});
	return {
		nodes: [
			{ op: "MatMul", inputs: ["x", "w1"], outputs: ["m1"] },
			{ op: "Add", inputs: ["m1", "b1"], outputs: ["a1"] },
			{ op: "Relu", inputs: ["a1"], outputs: ["h"] },
			{ op: "MatMul", inputs: ["h", "w2"], outputs: ["m2"] },
			{ op: "Sigmoid", inputs: ["m2"], outputs: ["score"] },
		],
		inputs: [{ name: "x", type: "float", shape: [null, FEATURES] }],
		outputs: [{ name: "score", type: "float", shape: [null, 1] }],
		constants: {
			w1: weights(FEATURES, HIDDEN, 1),
			b1: { dims: [HIDDEN], data: weights(1, HIDDEN, 2).data },
			w2: weights(HIDDEN, 1, 3),
		},
	};
}
