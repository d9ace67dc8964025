import type { OutcomeCount } from "@headgate/core/analysis";
import {
	createPredictionSealer,
	HeadgateError,
	type Outcome,
	type OutcomesMessage,
	type OutcomesReply,
	type PredictionSealer,
} from "@headgate/protocol";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { Rollouts } from "../rollouts/rollouts.ts";
import { attribute, type Directory, requireDeclared } from "./attribute.ts";
import type { KeptBatch, OutcomeStore } from "./outcome-store.ts";
import { sumCounts } from "./sum-counts.ts";
import { TagDirectory } from "./tag-directory.ts";

interface Parts {
	readonly keeper: StateKeeper;
	readonly rollouts: Rollouts;
	readonly store: OutcomeStore;
	/** The installation's sticky secret: prediction ids are sealed with a key made of it. */
	readonly secretHex: string;
}

/** Outcomes that are brought to disk together; those of more callers wait for the next turn. */
const TOGETHER = 10_000;

interface Waiting {
	readonly outcomes: readonly Outcome[];
	readonly reply: PromiseWithResolvers<OutcomesReply>;
}

/** Takes what became known of predictions: keeps it, and hands it to the rollouts that are judged by it. */
export class Outcomes {
	readonly #parts: Parts;
	readonly #sealer: PredictionSealer;
	readonly #directory: TagDirectory;
	/** Messages not taken yet: callers who come at the same time share one write to disk. */
	readonly #waiting: Waiting[] = [];
	/** A batch was kept and may not be counted. The judge passes over numbers that fall, so it comes before any other. */
	#unfinished = true;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#sealer = createPredictionSealer(parts.secretHex);
		this.#directory = new TagDirectory(parts.keeper);
	}

	/**
	 * Everything accepted is on disk when it resolves. What cannot be attributed is refused by itself, with the reason. Rejects when a
	 * disk is full; sent again, what was kept before is known, and counted then.
	 */
	take({ outcomes }: OutcomesMessage): Promise<OutcomesReply> {
		const reply = Promise.withResolvers<OutcomesReply>();
		this.#waiting.push({ outcomes, reply });
		if (this.#waiting.length === 1) this.#schedule();
		return reply.promise;
	}

	/** Hands in again what a crash left kept and not counted. Call at the start, after rollouts have been taken up. */
	async recover(): Promise<void> {
		await this.#parts.keeper.exclusively(() => this.#finish(this.#directory.now()));
	}

	#schedule(): void {
		void this.#parts.keeper.exclusively(() => this.#turn());
	}

	async #turn(): Promise<void> {
		const group: Waiting[] = [];
		for (let size = 0; size < TOGETHER && this.#waiting.length > 0; ) {
			const next = this.#waiting.shift()!;
			group.push(next);
			size += next.outcomes.length;
		}
		if (this.#waiting.length > 0) this.#schedule();
		try {
			const directory = this.#directory.now();
			await this.#finish(directory);
			const replies = await this.#takeTogether(group, directory);
			for (const [at, { reply }] of group.entries()) reply.resolve(replies[at]!);
		} catch (error) {
			for (const { reply } of group) reply.reject(error);
		}
	}

	async #takeTogether(group: readonly Waiting[], directory: Directory): Promise<readonly OutcomesReply[]> {
		const replies = group.map(() => ({ accepted: 0, repeated: 0, refused: [] as OutcomesReply["refused"] }));
		const byEndpoint = new Map<string, Outcome[]>();
		const placed = new Map<Outcome, { readonly reply: (typeof replies)[number]; readonly count: OutcomeCount }>();
		for (const [at, { outcomes }] of group.entries()) {
			for (const [index, given] of outcomes.entries()) {
				try {
					const { endpoint, count } = attribute(given, this.#sealer, directory);
					requireDeclared(given, endpoint);
					const outcome = { ...given };
					placed.set(outcome, { reply: replies[at]!, count });
					const others = byEndpoint.get(endpoint.name);
					if (others === undefined) byEndpoint.set(endpoint.name, [outcome]);
					else others.push(outcome);
				} catch (error) {
					if (!(error instanceof HeadgateError)) throw error;
					replies[at]!.refused.push({ index, code: error.code, message: error.message });
				}
			}
		}
		for (const [endpoint, outcomes] of byEndpoint) {
			for (const fresh of await this.#keep(endpoint, outcomes, (outcome) => placed.get(outcome)!.count))
				placed.get(fresh)!.reply.accepted++;
		}
		for (const [at, reply] of replies.entries()) {
			reply.repeated = group[at]!.outcomes.length - reply.refused.length - reply.accepted;
		}
		return replies;
	}

	/** @returns those that were new. */
	async #keep(
		endpoint: string,
		outcomes: readonly Outcome[],
		countOf: (outcome: Outcome) => OutcomeCount,
	): Promise<readonly Outcome[]> {
		this.#unfinished = true;
		const kept = this.#parts.store.keep(endpoint, outcomes);
		if (kept !== null) await this.#count(kept, kept.outcomes.map(countOf));
		this.#unfinished = false;
		return kept?.outcomes ?? [];
	}

	async #finish(directory: Directory): Promise<void> {
		if (!this.#unfinished) return;
		for (const kept of this.#parts.store.uncounted()) {
			const counts = kept.outcomes.flatMap((outcome): OutcomeCount[] => {
				try {
					return [attribute(outcome, this.#sealer, directory).count];
				} catch {
					// It could be attributed when it was kept: journal or secret are from a backup. What is lost so must not stop what follows.
					return [];
				}
			});
			await this.#count(kept, counts);
		}
		this.#unfinished = false;
	}

	async #count({ endpoint, batch }: KeptBatch, counts: readonly OutcomeCount[]): Promise<void> {
		const { rollouts, store } = this.#parts;
		if (counts.length > 0) await rollouts.take(endpoint, [{ kind: "outcomes", batch, counts: sumCounts(counts) }]);
		store.markCounted(endpoint, batch);
	}
}
