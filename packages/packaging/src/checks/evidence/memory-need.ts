/** What a runtime takes in memory for weights of one format: a factor of their bytes and a constant part. */
export interface Overhead {
	readonly factor: number;
	readonly bytes: number;
}

const MB = 1_000_000;

/** Measured factors of the common runtimes; ONNX Runtime keeps the graph beside the weights, llama.cpp maps the file. */
export const OVERHEADS: Readonly<Record<"onnx" | "torch" | "gguf" | "other", Overhead>> = {
	onnx: { factor: 1.3, bytes: 200 * MB },
	torch: { factor: 1.2, bytes: 0 },
	gguf: { factor: 1.05, bytes: 0 },
	other: { factor: 1, bytes: 0 },
};

/** What the keys and values of a transformer's attention depend on. */
export interface AttentionShape {
	readonly layers: number;
	readonly kvHeads: number;
	/** Numbers in one head. */
	readonly headDim: number;
	/** Tokens kept. */
	readonly contextTokens: number;
	/** Of one number; 2 for half floats. */
	readonly bytesPerNumber: number;
}

/** Bytes of the cache of keys and values: one of each for every layer, head and token. */
export function kvCacheBytes({ layers, kvHeads, headDim, contextTokens, bytesPerNumber }: AttentionShape): number {
	return 2 * layers * kvHeads * headDim * contextTokens * bytesPerNumber;
}

/** Weights of these bytes, by format, in memory; the constant part of a runtime counts once. */
export function weightsInMemory(weights: Readonly<Record<keyof typeof OVERHEADS, number>>): number {
	return Object.entries(weights).reduce((sum, [kind, bytes]) => {
		const overhead = OVERHEADS[kind as keyof typeof OVERHEADS];
		return bytes === 0 ? sum : sum + bytes * overhead.factor + overhead.bytes;
	}, 0);
}
