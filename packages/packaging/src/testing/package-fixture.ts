import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { encodeModel } from "./encode-onnx.ts";

/** A complete manifest; `lines` replace the lines that begin with the same key. */
export function manifestText(lines: Readonly<Record<string, string>> = {}): string {
	const base: Record<string, string> = {
		name: "name: credit-risk",
		version: 'version: "1.1.0"',
		owner: "owner: { team: risk-ml, contact: risk-ml@example.com }",
		runtime: 'runtime: { kind: onnx, entry: model.onnx, versions: { onnxruntime: "1.30.0" } }',
		schema: "schema: { input: input.schema.json, output: output.schema.json }",
		examples: 'examples: { none: "made for a test" }',
		features: 'features: { none: "raw columns go in" }',
		dependencies: 'dependencies: { none: "there is no code" }',
		datasets: `datasets: [ { name: train, version: 2026-10-31T00:00:00Z, sha256: ${"ab".repeat(32)}, role: train } ]`,
		training: `training: { commit: ${"0f".repeat(20)}, hyperparameters: { seed: 42 } }`,
		evaluation: 'evaluation: { none: "made for a test" }',
		resources: "resources: { cpu: 1, memory: 512Mi, disk: 1Gi, gpu: 0 }",
		effects: "effects: none",
		changes: "changes: { previous: null, notes: CHANGES.md }",
	};
	return `${Object.values({ ...base, ...lines })
		.filter((line) => line !== "")
		.join("\n")}\n`;
}

export function tensorSchema(name: string, datatype = "FP32", shape: readonly number[] = [2]): string {
	const property = { type: "array", items: { type: "number" }, "x-tensor": { datatype, shape } };
	return JSON.stringify({ type: "object", properties: { [name]: property }, required: [name], additionalProperties: false });
}

/** The files of a small package that passes every check. */
export function packageFiles(
	overrides: Readonly<Record<string, string | Uint8Array | null>> = {},
): Record<string, string | Uint8Array> {
	const files: Record<string, string | Uint8Array | null> = {
		"model.yaml": manifestText(),
		"model.onnx": encodeModel(),
		"input.schema.json": tensorSchema("features"),
		"output.schema.json": tensorSchema("score"),
		"CHANGES.md": "# 1.1.0\n\nFirst version: a made-up score from two columns.\n",
		...overrides,
	};
	return Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string | Uint8Array] => entry[1] !== null));
}

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "headgate-packaging-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

export async function writePackage(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
	const folder = await temporaryFolder();
	for (const [path, bytes] of Object.entries(files)) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), bytes);
	}
	return folder;
}
