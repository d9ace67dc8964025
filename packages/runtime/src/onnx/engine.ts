import { pathToFileURL } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { JsonSchema } from "../manifest.ts";
import { defaultPost, type PlainTensor, type PostStep } from "./default-post.ts";
import { defaultPre } from "./default-pre.ts";

/** Everything an engine needs, as plain data: it crosses to a thread. Paths are absolute. */
export interface EngineSpec {
	readonly modelPath: string;
	readonly prePath: string | null;
	readonly postPath: string | null;
	readonly features: unknown;
	readonly inputSchema: JsonSchema;
	readonly outputSchema: JsonSchema;
	/** Inputs of the package's examples, for the warm-up. */
	readonly warmup: readonly unknown[];
}

/** An ONNX session with the package's code around it. `run` occupies the thread it is called on. */
export interface OnnxEngine {
	run(instances: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
	release(): Promise<void>;
}

type Feeds = Record<string, Tensor>;

export async function openOnnxEngine(spec: EngineSpec): Promise<OnnxEngine> {
	const session = await InferenceSession.create(spec.modelPath, {
		executionProviders: ["cpu"],
		intraOpNumThreads: 1,
		interOpNumThreads: 1,
		logSeverityLevel: 3,
	});
	const pre =
		spec.prePath === null
			? defaultPre(session, spec.inputSchema)
			: await codedPre(spec.prePath, session, { features: spec.features });
	const post = spec.postPath === null ? defaultPost(session, spec.outputSchema) : await defaultExport<PostStep>(spec.postPath);
	return {
		async run(instances) {
			const outputs = await session.run(await pre(instances));
			const answers = await post(outputs as Readonly<Record<string, PlainTensor>>, instances);
			return checkedAnswers(answers, instances.length);
		},
		release: () => session.release(),
	};
}

async function codedPre(path: string, session: InferenceSession, context: { features: unknown }) {
	type Pre = (instances: readonly unknown[], context: { features: unknown }) => Record<string, PlainTensor>;
	const pre = await defaultExport<Pre>(path);
	return async (instances: readonly unknown[]): Promise<Feeds> => {
		const tensors = await pre(instances, context);
		const feeds: Feeds = {};
		for (const name of session.inputNames) {
			const tensor = tensors?.[name];
			if (tensor === undefined) throw new Error(`code.pre gave no tensor for the graph's input "${name}"`);
			feeds[name] = new Tensor(tensor.type as Tensor.Type, tensor.data as never, tensor.dims);
		}
		return feeds;
	};
}

async function defaultExport<F>(path: string): Promise<F> {
	const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default?: unknown };
	if (typeof module.default !== "function") throw new Error(`${path} has no default export that is a function`);
	return module.default as F;
}

function checkedAnswers(answers: unknown, count: number): readonly Record<string, unknown>[] {
	if (!Array.isArray(answers)) throw new Error(`code.post must return an array, got ${typeof answers}`);
	if (answers.length !== count) throw new Error(`code.post returned ${answers.length} answers for ${count} instances`);
	for (const answer of answers) {
		if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
			throw new Error("code.post must return objects, one per instance");
		}
	}
	return answers as Record<string, unknown>[];
}
