import type { Prediction } from "../model.ts";
import type { OnnxEngine } from "./engine.ts";

/** What became of one request of a batch. */
export type GroupResult = { readonly predictions: readonly Prediction[] } | { readonly error: string };

/**
 * Runs the requests of a batch as one; when that fails, each alone, so that a poisoned one fails only itself.
 * Never rejects.
 */
export async function runGroups(
	engine: Pick<OnnxEngine, "run">,
	groups: readonly (readonly unknown[])[],
): Promise<readonly GroupResult[]> {
	if (groups.length > 1) {
		try {
			const all = await engine.run(groups.flat());
			let from = 0;
			return groups.map((group) => {
				from += group.length;
				return { predictions: all.slice(from - group.length, from) };
			});
		} catch {
			// Judged one by one below: the failure may belong to a single request.
		}
	}
	const results: GroupResult[] = [];
	for (const group of groups) {
		try {
			results.push({ predictions: await engine.run(group) });
		} catch (error) {
			results.push({ error: (error instanceof Error ? error.message : String(error)).slice(0, 500) });
		}
	}
	return results;
}
