import type { InferenceSession } from "onnxruntime-node";
import type { JsonSchema } from "../manifest.ts";
import { tensorFields } from "./tensor-schema.ts";

/** A tensor as pre.mjs gives and post.mjs receives it. */
export interface PlainTensor {
	readonly type: string;
	readonly dims: readonly number[];
	readonly data: ArrayLike<unknown>;
}

export type PostStep = (outputs: Readonly<Record<string, PlainTensor>>, instances: readonly unknown[]) => unknown;

/**
 * The step from tensors to answers for packages without code.post: one object per instance with a field per property of the
 * output schema, which must be a graph output. [N] and [N,1] give scalars unless the property is an array; 64-bit integers
 * stay BigInt where a number would round them.
 */
export function defaultPost(session: InferenceSession, schema: JsonSchema): PostStep {
	const properties = (schema.properties ?? {}) as Record<string, { type?: unknown } | undefined>;
	const named = tensorFields(schema).map((field) => field.name);
	const missing = named.find((name) => !session.outputNames.includes(name));
	if (missing !== undefined)
		throw new Error(`property "${missing}" of the output schema is no output of the graph: use code.post`);
	const names = named.length > 0 ? named : session.outputNames;
	return (outputs, instances) => {
		const answers: Record<string, unknown>[] = instances.map(() => ({}));
		for (const name of names) {
			const { dims, data } = outputs[name]!;
			if (dims[0] !== instances.length) {
				throw new Error(`output "${name}" has shape [${dims}] for ${instances.length} instances`);
			}
			const shape = dims.slice(1);
			const length = shape.reduce((product, size) => product * size, 1);
			const scalar = length === 1 && properties[name]?.type !== "array";
			for (let row = 0; row < answers.length; row++) {
				answers[row]![name] = scalar ? plain(data[row]) : nest(data, shape, row * length);
			}
		}
		return answers;
	};
}

function nest(data: ArrayLike<unknown>, shape: readonly number[], from: number): unknown {
	if (shape.length === 0) return plain(data[from]);
	const inner = shape.slice(1);
	const stride = inner.reduce((product, size) => product * size, 1);
	return Array.from({ length: shape[0]! }, (_, i) => nest(data, inner, from + i * stride));
}

function plain(value: unknown): unknown {
	return typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
		? Number(value)
		: value;
}
