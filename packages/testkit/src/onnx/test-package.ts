import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeOnnx, type OnnxGraph } from "./encode-onnx.ts";

export interface PackageFiles {
	readonly name?: string;
	readonly version?: string;
	readonly graph: OnnxGraph | Buffer;
	readonly inputSchema: object;
	readonly outputSchema: object;
	readonly examples?: readonly object[];
	readonly features?: unknown;
	/** Source of pre.mjs and post.mjs. */
	readonly pre?: string;
	readonly post?: string;
}

/** Writes the files that a runtime reads and returns the matching part of the manifest. The folder is made if need be. */
export async function writeTestPackage(dir: string, files: PackageFiles) {
	await mkdir(dir, { recursive: true });
	const put = (name: string, content: string | Buffer) => writeFile(join(dir, name), content);
	await put("model.onnx", Buffer.isBuffer(files.graph) ? files.graph : encodeOnnx(files.graph));
	await put("input.schema.json", JSON.stringify(files.inputSchema));
	await put("output.schema.json", JSON.stringify(files.outputSchema));
	if (files.pre !== undefined) await put("pre.mjs", files.pre);
	if (files.post !== undefined) await put("post.mjs", files.post);
	if (files.features !== undefined) await put("features.json", JSON.stringify(files.features));
	if (files.examples !== undefined) await put("examples.jsonl", files.examples.map((line) => JSON.stringify(line)).join("\n"));
	return {
		name: files.name ?? "test",
		version: files.version ?? "1.0.0",
		runtime: { kind: "onnx", entry: "model.onnx" },
		code: { pre: files.pre === undefined ? null : "pre.mjs", post: files.post === undefined ? null : "post.mjs" },
		schema: { input: "input.schema.json", output: "output.schema.json" },
		examples: files.examples === undefined ? null : "examples.jsonl",
		features: files.features === undefined ? null : "features.json",
	};
}
