import { posix } from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { pathProblem, printable } from "../../files/package-path.ts";
import type { CheckContext } from "../context.ts";

/** The index of a model with 100,000 tensors has 10 MB. */
const MAX_INDEX_BYTES = 32 * 1024 * 1024;

/** What `model.safetensors.index.json` says. */
export interface ShardIndex {
	readonly path: string;
	/** The tensors of each shard; paths in the package. */
	readonly shards: ReadonlyMap<string, ReadonlySet<string>>;
	/** `metadata.total_size`. */
	readonly totalBytes: number | undefined;
}

/** Throws HeadgateError `safetensors.index` or `file.unreadable`. */
export async function readShardIndex(context: CheckContext, path: string): Promise<ShardIndex> {
	const fault = (message: string): HeadgateError => new HeadgateError("safetensors.index", `${path}: ${message}`, { path });
	const text = await context.text(path, MAX_INDEX_BYTES);
	let value: { weight_map?: unknown; metadata?: { total_size?: unknown } } | null;
	try {
		value = JSON.parse(text) as typeof value;
	} catch (error) {
		throw fault(`it is not JSON: ${printable((error as Error).message.slice(0, 200))}`);
	}
	const map = value?.weight_map;
	if (typeof map !== "object" || map === null || Array.isArray(map)) throw fault("it has no object weight_map");
	const shards = new Map<string, Set<string>>();
	for (const [tensor, shard] of Object.entries(map as Record<string, unknown>)) {
		const name = printable(tensor.slice(0, 80));
		if (typeof shard !== "string") throw fault(`weight_map['${name}'] must be the name of a file`);
		const problem = pathProblem(shard);
		if (problem !== undefined) throw fault(`weight_map['${name}'] is '${printable(shard.slice(0, 200))}': ${problem}`);
		const place = posix.join(posix.dirname(path), shard);
		const tensors = shards.get(place) ?? new Set();
		shards.set(place, tensors);
		tensors.add(tensor);
	}
	if (shards.size === 0) throw fault("its weight_map is empty");
	const total = value?.metadata?.total_size;
	return { path, shards, totalBytes: typeof total === "number" ? total : undefined };
}
