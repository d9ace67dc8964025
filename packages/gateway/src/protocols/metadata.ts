import type { Serving } from "../arm.ts";
import type { Contract } from "../parse/contract.ts";

/** Open Inference Protocol model metadata; -1 is a free dimension. */
export function modelMetadata(name: string, versions: readonly string[], serving: Serving): object {
	return { name, versions, platform: "onnxruntime", inputs: tensors(serving.input), outputs: tensors(serving.output) };
}

function tensors(contract: Contract): object[] {
	return contract.fields.map((field) => ({ name: field.name, datatype: field.datatype, shape: [-1, ...(field.shape ?? [-1])] }));
}
