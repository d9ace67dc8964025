import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeOnnx, type OnnxGraph } from "@headgate/testkit/onnx";

/** Square weights: 64 MiB each as FP32. */
const SIDE = 4096;
const TENSOR_BYTES = SIDE * SIDE * 4;
export const WEIGHTS_FILE = "weights.bin";

/** Writes a complete package, a chain of matrix products whose weights lie in a file beside the graph; that file is left to `fill`. */
export async function writePackage(
	folder: string,
	options: { readonly version: string; readonly gibibytes: number },
): Promise<number> {
	const tensors = Math.ceil((options.gibibytes * 2 ** 30) / TENSOR_BYTES);
	await mkdir(folder, { recursive: true });
	const put = (name: string, text: string | Buffer): Promise<void> => writeFile(join(folder, name), text);
	await put("model.yaml", manifest(options.version));
	await put("model.onnx", encodeOnnx(chain(tensors)));
	await put("input.schema.json", schema("x"));
	await put("output.schema.json", schema("y"));
	await put("CHANGES.md", "Made for a measurement: a chain of matrix products.\n");
	return tensors * TENSOR_BYTES;
}

/**
 * A file of so many bytes that takes nearly no room on the disk: each tensor begins with a few numbers and reads as zero from there on.
 * Weights that are zero wherever one looks would be refused (C05), as a copy that failed leaves them.
 */
export async function writeSparse(file: string, bytes: number): Promise<void> {
	const handle = await open(file, "wx", 0o444);
	try {
		await handle.truncate(bytes);
		const numbers = Buffer.from(Float32Array.from({ length: 1024 }, (_, at) => Math.sin(at + 1)).buffer);
		for (let at = 0; at < bytes; at += TENSOR_BYTES) await handle.write(numbers, 0, Math.min(numbers.length, bytes - at), at);
	} finally {
		await handle.close();
	}
}

function chain(tensors: number): OnnxGraph {
	const weight = (i: number): string => `layer${i}.weight`;
	const value = (i: number): string => (i === 0 ? "x" : i === tensors ? "y" : `h${i}`);
	const layers = Array.from({ length: tensors }, (_, i) => i);
	return {
		nodes: layers.map((i) => ({ op: "MatMul", inputs: [value(i), weight(i)], outputs: [value(i + 1)] })),
		inputs: [{ name: "x", type: "float", shape: [null, SIDE] }],
		outputs: [{ name: "y", type: "float", shape: [null, SIDE] }],
		external: Object.fromEntries(
			layers.map((i) => [
				weight(i),
				{ dims: [SIDE, SIDE], location: WEIGHTS_FILE, offset: i * TENSOR_BYTES, length: TENSOR_BYTES },
			]),
		),
	};
}

function schema(name: string): string {
	const property = { type: "array", items: { type: "number" }, "x-tensor": { datatype: "FP32" } };
	return JSON.stringify({ type: "object", properties: { [name]: property }, required: [name], additionalProperties: false });
}

function manifest(version: string): string {
	return `name: bench-weights
version: "${version}"
owner: { team: bench, contact: bench@example.com }
runtime: { kind: onnx, entry: model.onnx, versions: { onnxruntime: "1.30.0" } }
schema: { input: input.schema.json, output: output.schema.json }
examples: { none: "made for a measurement, never run" }
features: { none: "raw columns go in" }
dependencies: { none: "there is no code" }
datasets: [ { name: none, version: 2026-01-01T00:00:00Z, sha256: "${"0a".repeat(32)}", role: train } ]
training: { commit: "${"0a".repeat(20)}", hyperparameters: { seed: 1 } }
evaluation: { none: "made for a measurement" }
resources: { cpu: 1, memory: 16Gi, disk: 16Gi, gpu: 0 }
effects: none
changes: { previous: null, notes: CHANGES.md }
`;
}
