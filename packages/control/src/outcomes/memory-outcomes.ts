import type { Outcome } from "@headgate/protocol";
import { type KeptBatch, type OutcomeStore, subjectOf } from "./outcome-store.ts";

/** Outcomes that end with their process: the working fake. */
export class MemoryOutcomes implements OutcomeStore {
	readonly #known = new Set<string>();
	readonly #batches = new Map<string, { kept: KeptBatch; counted: boolean }[]>();

	keep(endpoint: string, outcomes: readonly Outcome[]): KeptBatch | null {
		const fresh = outcomes.filter((outcome) => {
			const key = `${outcome.prediction_id} ${subjectOf(outcome)}`;
			if (this.#known.has(key)) return false;
			this.#known.add(key);
			return true;
		});
		if (fresh.length === 0) return null;
		const batches = this.#batches.get(endpoint) ?? [];
		const kept = { endpoint, batch: batches.length + 1, outcomes: fresh };
		this.#batches.set(endpoint, [...batches, { kept, counted: false }]);
		return kept;
	}

	markCounted(endpoint: string, batch: number): void {
		const entry = this.#batches.get(endpoint)?.[batch - 1];
		if (entry !== undefined) entry.counted = true;
	}

	uncounted(): readonly KeptBatch[] {
		return [...this.#batches.values()].flatMap((batches) => batches.filter(({ counted }) => !counted).map(({ kept }) => kept));
	}

	close(): void {}
}
