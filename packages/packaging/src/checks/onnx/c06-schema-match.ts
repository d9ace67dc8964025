import { nearestWord } from "@headgate/core/kernel";
import type { Manifest } from "@headgate/protocol";
import { ELEM_TYPES, elemName } from "../../formats/onnx/elem-types.ts";
import { type OnnxModel, type OnnxValue, openInputs } from "../../formats/onnx/onnx-model.ts";
import { type Check, type CheckOutcome, fail, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { SchemaFault, type TensorProperty, tensorProperties } from "./tensor-properties.ts";

/** What to do about an output that is no tensor. */
export const NO_ZIPMAP = "Export it as a tensor; of scikit-learn classifiers: skl2onnx.to_onnx(..., options={'zipmap': False}).";

export const c06SchemaMatch: Check = {
	id: "C06",
	title: "The graph fits the schemas",
	severity: "block",
	refuses:
		"Graph inputs and outputs that differ in name, type or shape from the schemas, or, behind pre-processing code, from features.json; outputs that are no tensors.",
	why: "A wrong model under the right name loads well and answers nonsense, or refuses every request.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("without a manifest there are no schemas");
		if (manifest.runtime.kind !== "onnx") return skipped(`the runtime is ${manifest.runtime.kind}`);
		const entry = (await context.readableOnnx()).find(({ path }) => path === manifest.runtime.entry);
		if (entry === undefined) return skipped("the ONNX file could not be read (C01)");
		try {
			const inputs = await compareInputs(context, manifest, entry.model);
			if (typeof inputs !== "string") return inputs;
			const outputs = await compareOutputs(context, manifest, entry.model);
			return typeof outputs === "string" ? pass(`inputs: ${inputs}; outputs: ${outputs}`, { inputs, outputs }) : outputs;
		} catch (error) {
			if (!(error instanceof SchemaFault)) throw error;
			return fail("schema.mismatch", error.message, "Correct the schema file.", { file: error.file });
		}
	},
};

async function compareInputs(context: CheckContext, manifest: Manifest, model: OnnxModel): Promise<CheckOutcome | string> {
	const file = manifest.runtime.entry!;
	if (typeof manifest.code?.pre !== "string") {
		const properties = await tensorProperties(context, manifest.schema.input);
		return (
			compareValues("input", openInputs(model), properties, file, manifest.schema.input) ??
			`${properties.length} as in the schema`
		);
	}
	const features = typeof manifest.features === "string" && context.has(manifest.features) ? manifest.features : undefined;
	const declared = features === undefined ? undefined : await featureShape(context, features);
	if (declared === undefined) return `made by ${manifest.code.pre}, which states no input and columns to compare`;
	const inputs = openInputs(model);
	const input = inputs.find((candidate) => candidate.name === declared.input);
	if (input === undefined) {
		const names = inputs.map((candidate) => candidate.name);
		const nearest = nearestWord(declared.input, names) ?? names[0];
		const message = `${features} feeds the input '${declared.input}', the graph of ${file} has ${names.join(", ") || "none"}`;
		return fail("schema.mismatch", message, nearest === undefined ? "Export the model again." : `Did you mean '${nearest}'?`, {
			file: features!,
		});
	}
	if (input.kind !== "tensor" || input.elemType !== 1) {
		const message = `${file}: the input '${input.name}' is ${elemName(input.elemType)}, the columns of ${features} are float32`;
		return fail("schema.mismatch", message, "Export the model with a float32 input.", { file });
	}
	const width = input.dims?.at(-1);
	if (typeof width === "number" && width !== declared.columns) {
		const message = `${file}: the input '${input.name}' takes ${width} columns, ${features} lists ${declared.columns}`;
		return fail("schema.mismatch", message, "Ship the features file that belongs to these weights.", { file });
	}
	if (typeof width !== "number") return `${declared.columns} columns of ${features}; the graph leaves their number open`;
	return `${declared.columns} columns of ${features}, by way of ${manifest.code.pre}`;
}

async function compareOutputs(context: CheckContext, manifest: Manifest, model: OnnxModel): Promise<CheckOutcome | string> {
	const outputs = model.graph?.outputs ?? [];
	const strange = outputs.find(({ kind }) => kind !== "tensor" && kind !== "none");
	if (strange !== undefined) {
		const message = `${manifest.runtime.entry}: the output '${strange.name}' is a ${strange.kind}, the runtime gives tensors only: no request would be answered`;
		return fail("schema.mismatch", message, NO_ZIPMAP, { file: manifest.runtime.entry! });
	}
	if (typeof manifest.code?.post === "string") return `made by ${manifest.code.post}, not compared with the graph`;
	const properties = await tensorProperties(context, manifest.schema.output);
	const problem = compareValues("output", outputs, properties, manifest.runtime.entry!, manifest.schema.output);
	return problem ?? `${properties.length} as in the schema`;
}

async function featureShape(context: CheckContext, path: string): Promise<{ input: string; columns: number } | undefined> {
	const value = (await tensorPropertiesJson(context, path)) as { input?: unknown; columns?: unknown } | null;
	if (typeof value?.input !== "string" || !Array.isArray(value.columns)) return undefined;
	return { input: value.input, columns: value.columns.length };
}

function tensorPropertiesJson(context: CheckContext, path: string): Promise<unknown> {
	return context.json(path).catch((error: Error) => {
		throw new SchemaFault(error.message, path);
	});
}

function compareValues(
	side: "input" | "output",
	values: readonly OnnxValue[],
	properties: readonly TensorProperty[],
	file: string,
	schema: string,
): CheckOutcome | undefined {
	const byName = new Map(values.map((value) => [value.name, value]));
	const names = values.map((value) => value.name);
	for (const property of properties) {
		const value = byName.get(property.name);
		if (value === undefined) {
			const message = `${schema} has the ${side} '${property.name}', the graph of ${file} has ${names.join(", ") || "none"}`;
			const nearest = nearestWord(property.name, names);
			return fail(
				"schema.mismatch",
				message,
				nearest === undefined ? "Give both the same names." : `Did you mean '${nearest}'?`,
				{ file },
			);
		}
		const problem = valueProblem(value, property);
		if (problem !== undefined)
			return fail("schema.mismatch", `${file}: the ${side} '${value.name}' ${problem} (${schema})`, "Make both agree.", { file });
	}
	const known = new Set(properties.map((property) => property.name));
	const extra = values.find((value) => !known.has(value.name));
	// An output nobody asked for does no harm; an input nobody fills does.
	if (extra === undefined || side === "output") return undefined;
	const hint = `Add it to ${schema} with x-tensor, or name pre-processing code.`;
	return fail("schema.mismatch", `the graph of ${file} has the input '${extra.name}', which ${schema} lacks`, hint, { file });
}

function valueProblem(value: OnnxValue, property: TensorProperty): string | undefined {
	if (value.kind !== "tensor") return `is a ${value.kind}, the schema says a tensor; export it as one`;
	const oip = ELEM_TYPES[value.elemType]?.oip ?? elemName(value.elemType);
	if (oip !== property.datatype) return `is ${oip}, the schema says ${property.datatype}`;
	if (property.shape === undefined || value.dims === null) return undefined;
	// The first dimension is the batch, the schema speaks of one instance; a trailing 1 needs no mention, as in the runtime.
	const ofGraph = value.dims.slice(1).map((dim) => (typeof dim === "number" && dim >= 0 ? dim : -1));
	const { shape } = property;
	const stated = shape.length === ofGraph.length - 1 ? [...shape, 1] : shape;
	const fits = stated.length === ofGraph.length && ofGraph.every((dim, index) => dim === -1 || dim === stated[index]);
	return fits ? undefined : `has the shape [${ofGraph.join(", ")}] for one instance, the schema says [${shape.join(", ")}]`;
}
