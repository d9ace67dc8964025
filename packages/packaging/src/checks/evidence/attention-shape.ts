import { type GgufFile, ggufString } from "../../formats/gguf/gguf-file.ts";
import type { AttentionShape } from "./memory-need.ts";

const HALF_FLOAT_BYTES = 2;

/**
 * What the cache of keys and values of a GGUF model depends on, by its metadata, kept in half floats; undefined where they do not
 * say. `contextTokens` is what the package keeps at most, else the model's own maximum counts.
 */
export function attentionShape(file: Pick<GgufFile, "metadata">, contextTokens: number | undefined): AttentionShape | undefined {
	const architecture = ggufString(file, "general.architecture");
	if (architecture === undefined) return undefined;
	const number = (key: string): number | undefined => {
		const entry = file.metadata[`${architecture}.${key}`];
		const value = entry !== undefined && entry.type !== "array" ? entry.value : undefined;
		return typeof value === "number" && value > 0 ? value : undefined;
	};
	const layers = number("block_count");
	const heads = number("attention.head_count");
	const width = number("embedding_length");
	const context = contextTokens ?? number("context_length");
	// Where each layer has its own number of heads for keys, all heads is the most it can be.
	const kvHeads = number("attention.head_count_kv") ?? heads;
	const headDim = number("attention.key_length") ?? (heads === undefined || width === undefined ? undefined : width / heads);
	if (layers === undefined || kvHeads === undefined || headDim === undefined || context === undefined) return undefined;
	return { layers, kvHeads, headDim, contextTokens: context, bytesPerNumber: HALF_FLOAT_BYTES };
}
