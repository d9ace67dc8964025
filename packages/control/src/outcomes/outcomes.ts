import type { OutcomeCount } from "@headgate/core/analysis";
import { keyOf } from "@headgate/core/rollout";
import {
	createPredictionSealer,
	HeadgateError,
	type Outcome,
	type OutcomesMessage,
	type OutcomesReply,
	type PredictionSealer,
	tagOf,
} from "@headgate/protocol";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { Rollouts } from "../rollouts/rollouts.ts";
import { attribute, type Directory } from "./attribute.ts";
import type { KeptBatch, OutcomeStore } from "./outcome-store.ts";
import { sumCounts } from "./sum-counts.ts";

interface Parts {
	readonly keeper: StateKeeper;
	readonly rollouts: Rollouts;
	readonly store: OutcomeStore;
	/** The installation's sticky secret: prediction ids are sealed with a key made of it. */
	readonly secretHex: string;
}

/** Takes what became known of predictions: keeps it, and hands it to the rollouts that are judged by it. */
export class Outcomes {
	readonly #parts: Parts;
	readonly #sealer: PredictionSealer;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#sealer = createPredictionSealer(parts.secretHex);
	}

	/** Everything accepted is on disk when it resolves. What cannot be attributed is refused by itself, with the reason. */
	async take({ outcomes }: OutcomesMessage): Promise<OutcomesReply> {
		const { keeper } = this.#parts;
		return keeper.exclusively(async () => {
			const directory = this.#directory();
			const refused: OutcomesReply["refused"] = [];
			const byEndpoint = new Map<string, Outcome[]>();
			for (const [index, outcome] of outcomes.entries()) {
				try {
					const { endpoint } = attribute(outcome, this.#sealer, directory);
					byEndpoint.set(endpoint, [...(byEndpoint.get(endpoint) ?? []), outcome]);
				} catch (error) {
					if (!(error instanceof HeadgateError)) throw error;
					refused.push({ index, code: error.code, message: error.message });
				}
			}
			let accepted = 0;
			for (const [endpoint, of] of byEndpoint) accepted += await this.#keep(endpoint, of, directory);
			return { accepted, repeated: outcomes.length - refused.length - accepted, refused };
		});
	}

	/** Hands in again what a crash left kept and not counted. Call once, after rollouts have been taken up. */
	async recover(): Promise<void> {
		await this.#parts.keeper.exclusively(async () => {
			const directory = this.#directory();
			for (const kept of this.#parts.store.uncounted()) await this.#count(kept, directory);
		});
	}

	/** @returns how many were new. */
	async #keep(endpoint: string, outcomes: readonly Outcome[], directory: Directory): Promise<number> {
		const kept = this.#parts.store.keep(endpoint, outcomes);
		if (kept === null) return 0;
		await this.#count(kept, directory);
		return kept.outcomes.length;
	}

	async #count({ endpoint, batch, outcomes }: KeptBatch, directory: Directory): Promise<void> {
		const { rollouts, store } = this.#parts;
		const counts = outcomes.flatMap((outcome): OutcomeCount[] => {
			try {
				return [attribute(outcome, this.#sealer, directory).count];
			} catch {
				// It was attributable when it was kept; the endpoint's policy has changed since.
				return [];
			}
		});
		if (counts.length > 0) await rollouts.take(endpoint, [{ kind: "outcomes", batch, counts: sumCounts(counts) }]);
		store.markCounted(endpoint, batch);
	}

	#directory(): Directory {
		const { installation } = this.#parts.keeper;
		const endpoints = new Map([...installation.endpoints.values()].map((endpoint) => [tagOf(endpoint.name), endpoint] as const));
		const arms = new Map<string, string>();
		for (const { endpoint, champion, challenger } of installation.rollouts.values()) {
			for (const arm of [champion, challenger]) if (arm !== null) arms.set(`${endpoint} ${tagOf(keyOf(arm))}`, keyOf(arm));
		}
		return {
			endpoint: (tag) => {
				const found = endpoints.get(tag);
				return found === undefined ? undefined : { name: found.name, businessMetrics: found.config.businessMetrics };
			},
			arm: (endpoint, tag) => arms.get(`${endpoint} ${tag}`),
		};
	}
}
