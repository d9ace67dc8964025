import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { parseExamples } from "./examples.ts";
import type { JsonSchema, RuntimeManifest } from "./manifest.ts";
import type { LoadedModel } from "./model.ts";
import type { EngineSpec } from "./onnx/engine.ts";
import { type RunningModel, startWorkerModel } from "./onnx/worker-model.ts";

/** A model may share the gateway's event loop when the 99th percentile of its warm-up runs stays below this. */
const TINY_P99_MS = 0.5;

export interface LoadModelOptions {
	readonly packageDir: string;
	readonly manifest: RuntimeManifest;
	/** `loop` is a wish: granted when the model is measured tiny in a thread first. */
	readonly placement: "worker" | "loop";
	/** Told each time the model's thread ends by itself; it restarts without help. */
	readonly onLost?: (reason: string) => void;
}

/** Loads and warms a package up. Rejects with `runtime.kind-not-available`, `runtime.load-failed` or `runtime.examples-invalid`. */
export async function loadModel(options: LoadModelOptions): Promise<LoadedModel> {
	const { packageDir, manifest } = options;
	if (manifest.runtime.kind !== "onnx") {
		throw new HeadgateError("runtime.kind-not-available", `runtime.kind is "${manifest.runtime.kind}", expected onnx`, {
			path: "runtime.kind",
		});
	}
	const inputSchema = (await readJson(packageDir, manifest.schema.input)) as JsonSchema;
	const outputSchema = (await readJson(packageDir, manifest.schema.output)) as JsonSchema;
	const examples = manifest.examples ? parseExamples(await readText(packageDir, manifest.examples)) : [];
	const spec: EngineSpec = {
		modelPath: join(packageDir, manifest.runtime.entry),
		prePath: manifest.code?.pre ? join(packageDir, manifest.code.pre) : null,
		postPath: manifest.code?.post ? join(packageDir, manifest.code.post) : null,
		features: manifest.features ? await readJson(packageDir, manifest.features) : null,
		inputSchema,
		outputSchema,
		warmup: examples.map((example) => example.input),
	};
	const { model, placement } = await start(spec, options);
	return { ...model, placement, inputSchema, outputSchema, examples };
}

async function start(
	spec: EngineSpec,
	options: LoadModelOptions,
): Promise<{ model: RunningModel; placement: LoadedModel["placement"] }> {
	const inThread = await startWorkerModel(spec, options.onLost);
	const tiny = inThread.warmupP99Ms !== null && inThread.warmupP99Ms < TINY_P99_MS;
	if (options.placement !== "loop" || !tiny) return { model: inThread, placement: "worker" };
	// Loaded only where it is used: the native library weighs 45 MB in this process.
	const { startLoopModel } = await import("./onnx/loop-model.ts");
	const inLoop = await startLoopModel(spec);
	await inThread.close();
	return { model: inLoop, placement: "loop" };
}

async function readJson(dir: string, file: string): Promise<unknown> {
	const text = await readText(dir, file);
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new HeadgateError("runtime.load-failed", `${file} is not JSON: ${(error as Error).message}`, { path: file });
	}
}

async function readText(dir: string, file: string): Promise<string> {
	try {
		return await readFile(join(dir, file), "utf8");
	} catch (error) {
		throw new HeadgateError("runtime.load-failed", `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
			path: file,
			cause: error,
		});
	}
}
