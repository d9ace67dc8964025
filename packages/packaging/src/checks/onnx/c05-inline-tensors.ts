import { printable } from "../../files/package-path.ts";
import type { FloatFormat } from "../../formats/float-formats.ts";
import { ELEM_TYPES, elemName, tensorBytes } from "../../formats/onnx/elem-types.ts";
import type { OnnxModel, OnnxTensor } from "../../formats/onnx/onnx-model.ts";
import { type Check, type Finding, isEnough, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { judgeWeights, sumOfValues, unseenWeights, type WeightTensor, type WeightValues } from "../weight-values.ts";
import { locate } from "./c04-external-data.ts";

/** Smaller ones may hold masks and constants on purpose. */
const SAMPLE_MIN_ELEMENTS = 64;
/** Zeros and infinities are at home in the states and constants of a graph, too. */
const EXCUSED = /hidden|state|h0|c0|zero|const/i;
const HINT = "Export the model again and compare its answers.";
/** By TensorProto.DataType. */
const FORMATS: Readonly<Record<number, FloatFormat>> = {
	1: "F32",
	10: "F16",
	11: "F64",
	16: "BF16",
	17: "F8_E4M3",
	18: "F8_E4M3FNUZ",
	19: "F8_E5M2",
	20: "F8_E5M2FNUZ",
};

export const c05InlineTensors: Check = {
	id: "C05",
	title: "Tensors have the bytes their shapes say",
	severity: "block",
	refuses:
		"Inline tensors whose data are shorter or longer than their shape, duplicate names, and weights, inline or external, that are all zero or not finite.",
	why: "A tensor with fewer bytes than its shape makes a runtime read beyond it; weights of zeros, from a copy that failed half-way, load and answer nonsense.",
	rules: "1",
	async run(context) {
		const models = await context.readableOnnx();
		if (models.length === 0) return skipped("there is no readable ONNX file");
		const findings: Finding[] = [];
		const values: WeightValues[] = [];
		for (const { path: file, model } of models) {
			findings.push(...structureFindings(file, model));
			values.push(await judgeWeights(file, await floatTensors(context, file, model), context.signal, EXCUSED));
		}
		const sum = sumOfValues(values);
		findings.push(...sum.findings);
		const unseen = unseenWeights(sum);
		const count = models.reduce((total, { model }) => total + model.tensors.length, 0);
		const outcome = judge(findings, pass(`${count} tensors`));
		return unseen === undefined ? outcome : { ...outcome, notVerified: [unseen] };
	},
};

function structureFindings(file: string, model: OnnxModel): Finding[] {
	const findings: Finding[] = [];
	const names = new Set<string>();
	for (const tensor of model.tensors) {
		if (isEnough(findings)) return findings;
		const short = printable(tensor.name.slice(0, 80));
		const name = `tensor '${short}' at offset ${tensor.at.toLocaleString("en")}`;
		const add = (message: string): void => {
			findings.push({ code: "onnx.tensor", message: `${file}: ${message}`, hint: HINT, file, offset: tensor.at });
		};
		if (tensor.main && names.has(tensor.name)) add(`the initializer '${short}' stands twice`);
		if (tensor.main) names.add(tensor.name);
		if (ELEM_TYPES[tensor.elemType] === undefined) add(`${name} has the unknown element type ${tensor.elemType}`);
		else if (!tensor.external && tensor.externalEntries.length === 0) {
			const problem = lengthProblem(tensor);
			if (problem !== undefined) add(`${name} ${problem}`);
		}
	}
	return findings;
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

async function floatTensors(context: CheckContext, file: string, model: OnnxModel): Promise<WeightTensor[]> {
	const weights: WeightTensor[] = [];
	for (const tensor of model.tensors) {
		const { name, dims, elemType, main } = tensor;
		const format = FORMATS[elemType];
		if (!main || format === undefined || dims.length < 2) continue;
		if (dims.reduce((product, dim) => product * dim, 1) < SAMPLE_MIN_ELEMENTS) continue;
		const place = await placeOf(context, file, tensor);
		if (place !== undefined) weights.push({ name, rank: dims.length, format, ...place });
	}
	return weights;
}

/** Where the bytes are; undefined for those in typed fields, and for external ones that C04 refuses. */
async function placeOf(
	context: CheckContext,
	file: string,
	tensor: OnnxTensor,
): Promise<Pick<WeightTensor, "source" | "raw"> | undefined> {
	if (tensor.raw !== null) return { source: await context.open(file), raw: tensor.raw };
	if (!tensor.external) return undefined;
	const found = await locate(context.input.root, file, tensor);
	if (typeof found === "string" || !context.has(found.path)) return undefined;
	return { source: await context.open(found.path), raw: { offset: found.offset, bytes: found.length } };
}
