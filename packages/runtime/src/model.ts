import type { Example } from "./examples.ts";
import type { JsonSchema } from "./manifest.ts";

/** One answer, for one instance. */
export type Prediction = Readonly<Record<string, unknown>>;

/** A package that is loaded and answers. */
export interface LoadedModel {
	/** Where it really runs: `loop` only when it was asked for and measured tiny. */
	readonly placement: "worker" | "loop";
	readonly inputSchema: JsonSchema;
	readonly outputSchema: JsonSchema;
	readonly examples: readonly Example[];
	/** Of the warm-up runs with the package's examples, in milliseconds; null without examples. */
	readonly warmupP99Ms: number | null;
	/**
	 * One prediction per instance, in order. Requests of the same tick share one run of the model.
	 * `deadlineMs` is on the clock of `performance.now()`: a request not taken up by then is not run at all.
	 * Rejects with `runtime.run-failed`, `runtime.worker-lost`, `runtime.overloaded` or `runtime.expired`.
	 */
	run(instances: readonly unknown[], deadlineMs?: number): Promise<readonly Prediction[]>;
	/** Ends what is queued with `runtime.worker-lost` and frees the memory. */
	close(): Promise<void>;
}
