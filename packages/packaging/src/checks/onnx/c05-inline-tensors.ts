import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";
import { ELEM_TYPES, elemName, tensorBytes } from "../../formats/onnx/elem-types.ts";
import type { OnnxModel, OnnxTensor } from "../../formats/onnx/onnx-model.ts";
import { sampleValues } from "../../formats/sample-values.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

const SAMPLED_TENSORS = 256;
/** Smaller ones may hold masks and constants on purpose. */
const SAMPLE_MIN_ELEMENTS = 64;
const SAMPLE_BYTES = 64 * 1024;
/** Zeros and infinities are at home there. */
const EXCUSED = /(bias|norm|running_|inv_freq|mask|lora_b|hidden|state|h0|c0|zero|const)/i;

export const c05InlineTensors: Check = {
	id: "C05",
	title: "Tensors have the bytes their shapes say",
	severity: "block",
	refuses:
		"Inline tensors whose data are shorter or longer than their shape, duplicate names, and weights that are all zero or not finite.",
	async run(context) {
		const models = await context.readableOnnx();
		if (models.length === 0) return skipped("there is no readable ONNX file");
		for (const { path: file, model } of models) {
			const hint = "Export the model again and compare its answers.";
			const structure = structureProblem(model);
			if (structure !== undefined) return fail("onnx.tensor", `${file}: ${structure}`, hint, { file });
			const values = await valueProblem(model, await context.open(file), context.signal);
			if (values !== undefined) return fail("weights.values", `${file}: ${values}`, hint, { file });
		}
		return pass(`${models.reduce((sum, { model }) => sum + model.tensors.length, 0)} tensors`);
	},
};

function structureProblem(model: OnnxModel): string | undefined {
	const names = new Set<string>();
	for (const tensor of model.tensors) {
		const name = `tensor '${printable(tensor.name.slice(0, 80))}' at offset ${tensor.at.toLocaleString("en")}`;
		if (tensor.main) {
			if (names.has(tensor.name)) return `the initializer '${printable(tensor.name.slice(0, 80))}' stands twice`;
			names.add(tensor.name);
		}
		if (ELEM_TYPES[tensor.elemType] === undefined) return `${name} has the unknown element type ${tensor.elemType}`;
		if (tensor.external || tensor.externalEntries.length > 0) continue;
		const problem = lengthProblem(tensor);
		if (problem !== undefined) return `${name} ${problem}`;
	}
	return undefined;
}

function lengthProblem(tensor: OnnxTensor): string | undefined {
	const shape = `[${tensor.dims.join(", ")}] of ${elemName(tensor.elemType)}`;
	const elements = tensor.dims.reduce((product, dim) => product * BigInt(dim), 1n);
	if (tensor.raw !== null) {
		const expected = tensorBytes(tensor.elemType, tensor.dims);
		if (expected === undefined) return "holds text as raw bytes";
		if (BigInt(tensor.raw.bytes) !== expected) {
			return `has ${tensor.raw.bytes.toLocaleString("en")} bytes, its shape ${shape} takes ${expected.toLocaleString("en")}`;
		}
		return undefined;
	}
	if (tensor.typedCount === null) return undefined;
	const expected = typedElements(tensor.elemType, elements);
	if (BigInt(Math.floor(tensor.typedCount)) === expected && Number.isInteger(tensor.typedCount)) return undefined;
	return `has ${tensor.typedCount.toLocaleString("en")} values, its shape ${shape} takes ${expected.toLocaleString("en")}`;
}

/** How many numbers the typed fields hold for so many elements: complex numbers take two, small ones share. */
function typedElements(elemType: number, elements: bigint): bigint {
	if (elemType === 14 || elemType === 15) return elements * 2n;
	const bits = BigInt(ELEM_TYPES[elemType]?.bits ?? 8);
	return bits > 0n && bits < 8n ? (elements * bits + 7n) / 8n : elements;
}

async function valueProblem(model: OnnxModel, source: ReadAt, signal: AbortSignal): Promise<string | undefined> {
	const candidates = model.tensors
		.filter((tensor) => tensor.main && tensor.raw !== null && tensor.dims.length >= 2 && !EXCUSED.test(tensor.name))
		.filter((tensor) => tensor.dims.reduce((product, dim) => product * dim, 1) >= SAMPLE_MIN_ELEMENTS)
		.sort((a, b) => b.raw!.bytes - a.raw!.bytes)
		.slice(0, SAMPLED_TENSORS);
	for (const tensor of candidates) {
		signal.throwIfAborted();
		const values = await sampleValues(source, tensor.elemType, tensor.raw!, SAMPLE_BYTES);
		if (values === undefined) continue;
		const name = printable(tensor.name.slice(0, 80));
		if (values.notFinite > 0) return `tensor '${name}' holds NaN or infinite values`;
		if (values.zero === values.count && tensor.dims.length === 2) return `tensor '${name}' is entirely zero`;
	}
	return undefined;
}
