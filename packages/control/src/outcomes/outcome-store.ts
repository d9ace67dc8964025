import type { Outcome } from "@headgate/protocol";

/** An outcome under the endpoint it belongs to. */
export interface KeptBatch {
	readonly endpoint: string;
	/** 1, 2, 3, ... within the endpoint. */
	readonly batch: number;
	readonly outcomes: readonly Outcome[];
}

/**
 * What became known of predictions, each once: a prediction has one label and one value of each metric, and the first stands. Batches
 * are counted as evidence after they are kept; one that is not marked is handed to the judge again, who knows its number.
 */
export interface OutcomeStore {
	/**
	 * Keeps those that are not known yet, all or none, as the endpoint's next batch; on disk when it returns. The batch holds the very
	 * objects that were given, so that a caller can tell which were new. Null when none is.
	 *
	 * Throws `disk.full` when there was no room.
	 */
	keep(endpoint: string, outcomes: readonly Outcome[]): KeptBatch | null;
	/** The batch is in the evidence, or no rollout wanted it. */
	markCounted(endpoint: string, batch: number): void;
	/** Batches kept and not marked, in order: what a crash left between the two. */
	uncounted(): readonly KeptBatch[];
	close(): void;
}

/** What a prediction can have once: its label, or a value of one metric. */
export function subjectOf(outcome: Outcome): string {
	return "label" in outcome ? "label" : `metric ${outcome.metric}`;
}
