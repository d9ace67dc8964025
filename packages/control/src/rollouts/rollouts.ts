import type { Evidence, Placed } from "@headgate/core/analysis";
import {
	decide,
	type Impact,
	isOver,
	type RolloutEvent,
	type RolloutInput,
	type RolloutState,
	type Step,
} from "@headgate/core/rollout";
import { type Actor, accepted, HeadgateError, type NewEvidence } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";
import type { EvidenceStore } from "../evidence/index.ts";
import type { Fleet } from "../gateways/fleet.ts";
import { type StateKeeper, SYSTEM } from "../installation/state-keeper.ts";
import { attemptEach } from "./attempt-each.ts";
import { FollowedRollout } from "./followed-rollout.ts";
import { fromEvidence, streamOf, toJournal, toRecorded } from "./rollout-store.ts";

/** A rolled-back rollout is followed until its recovery is confirmed or given up. */
function isFollowed(state: RolloutState): boolean {
	return !isOver(state) || (state.status === "rolled-back" && state.rollback?.confirmed === null);
}

/**
 * Decides what happens to rollouts: evidence and inputs in, events in the journal out. Each decision runs alone (StateKeeper), and
 * a table that changed is published before anyone is told.
 */
export class Rollouts {
	readonly #keeper: StateKeeper;
	readonly #evidence: EvidenceStore;
	readonly #fleet: Fleet;
	readonly #clock: Clock;
	readonly #followed = new Map<string, FollowedRollout>();

	constructor(parts: {
		readonly keeper: StateKeeper;
		readonly evidence: EvidenceStore;
		readonly fleet: Fleet;
		readonly clock: Clock;
	}) {
		this.#keeper = parts.keeper;
		this.#evidence = parts.evidence;
		this.#fleet = parts.fleet;
		this.#clock = parts.clock;
	}

	/**
	 * Takes up every rollout that was going on when control stopped, and those that ended just before their last evidence was bound to
	 * the journal. Their evidence is read from the log as it is judged.
	 */
	async recover(): Promise<void> {
		const { rollouts, sealedTo } = this.#keeper.installation;
		for (const state of rollouts.values()) {
			const isSealed = state.lastAfter <= (sealedTo.get(state.endpoint) ?? 0);
			if (isFollowed(state) || !isSealed) await this.#follow(state);
		}
	}

	followed(): readonly FollowedRollout[] {
		return [...this.#followed.values()];
	}

	find(id: string): FollowedRollout | undefined {
		return this.#followed.get(id);
	}

	/** What the challenger has answered so far; nothing when the rollout is not followed any more. */
	impactOf(id: string): Impact {
		return this.#followed.get(id)?.tracker.impact ?? { challengerRequests: 0, challengerFailed: 0 };
	}

	/** Records in the log that have not been judged yet. */
	backlogOf(followed: FollowedRollout): number {
		return this.#evidence.lastPosition(followed.endpoint) - followed.tracker.position;
	}

	/** Begins a rollout. Throws the refusal as a HeadgateError. */
	async start(input: Extract<RolloutInput, { type: "StartRollout" }>, actor: Actor): Promise<void> {
		const { id, endpoint } = input.start;
		const events = accepted(decide(null, input, this.#evidence.lastPosition(endpoint)));
		await this.#append(id, events, (event) => toJournal(event, actor, "command"));
		await this.#follow(this.#state(id));
	}

	/** A person's command or an effect's report. Throws a refusal; returns the events that happened. Call inside `exclusively`. */
	async tell(id: string, input: RolloutInput, actor: Actor = SYSTEM): Promise<readonly RolloutEvent[]> {
		const followed = this.#followed.get(id);
		if (followed !== undefined) await this.#flush(followed);
		const state = this.#state(id);
		const after = followed?.tracker.position ?? Math.max(state.lastAfter, this.#evidence.lastPosition(state.endpoint));
		const events = accepted(decide(state, input, after));
		await this.#append(id, events, (event) => toJournal(event, actor, input.type));
		// A promotion undone after its rollout was over: it is followed until the recovery is confirmed.
		if (followed === undefined && isFollowed(this.#state(id))) await this.#follow(this.#state(id));
		return events;
	}

	/** Takes evidence that has just come in: on disk first, then to all who follow its endpoint. Call inside `exclusively`. */
	async take(endpoint: string, records: readonly Evidence[]): Promise<void> {
		// A rollout that was rolled back may still wait for its recovery to be confirmed when the next one has begun.
		const followers = this.followed().filter((followed) => followed.endpoint === endpoint);
		if (followers.length === 0 || records.length === 0) return;
		const positions = await this.#evidence.append(endpoint, records as unknown as readonly NewEvidence[]);
		const placed = records.map((record, i) => ({ ...record, position: positions[i]! }));
		for (const followed of followers) {
			// Who is further behind comes to these records by reading the log.
			if (followed.enqueuedTo === positions[0]! - 1 && !followed.isFull) followed.enqueue(placed, this.#clock());
		}
	}

	/**
	 * Closes what can be closed, judges it in order, and writes what follows. One rollout's trouble does not stop the others; the first
	 * fault is thrown at the end. Call inside `exclusively`.
	 */
	async judge(): Promise<void> {
		await attemptEach(this.followed(), async (followed) => {
			await this.#catchUp(followed);
			if (followed.enqueuedTo === this.#evidence.lastPosition(followed.endpoint)) await this.#closeSeconds(followed);
			for (const step of followed.judge()) await this.#onStep(followed, step);
			if (followed.sealDue) await this.seal(followed);
			const isBehind = followed.tracker.catchingUp && this.backlogOf(followed) > 0;
			if (!isFollowed(this.#state(followed.id)) && !isBehind) await this.#leave(followed);
		});
	}

	/** Binds the evidence judged so far to the journal. Call inside `exclusively`. */
	async seal(followed: FollowedRollout): Promise<void> {
		const to = followed.tracker.position;
		const from = followed.sealedTo + 1;
		if (to >= from) {
			const sha256 = await this.#evidence.seal(followed.endpoint, from, to);
			const event = { type: "EvidenceSealed", actor: SYSTEM, cause: followed.id, data: { from, to, sha256 } };
			await this.#keeper.append(`evidence/${followed.endpoint}`, [event]);
		}
		followed.sealedTo = Math.max(followed.sealedTo, to);
		followed.sealDue = false;
	}

	/** Reads on in the log, a slice at a time: a long rollout's evidence would fit neither in memory nor in one pass. */
	async #catchUp(followed: FollowedRollout): Promise<void> {
		if (followed.isFull || followed.enqueuedTo >= this.#evidence.lastPosition(followed.endpoint)) return;
		for await (const record of this.#evidence.read(followed.endpoint, followed.enqueuedTo + 1)) {
			followed.enqueue([record as unknown as Placed<Evidence>], this.#clock());
			if (followed.isFull) return;
		}
	}

	async #closeSeconds(followed: FollowedRollout): Promise<void> {
		const excluded = this.#fleet.excluded();
		const leased = this.#fleet.leased().flatMap(({ id }) => (excluded.includes(id) ? [] : [id]));
		await this.take(followed.endpoint, followed.closable(leased, this.#fleet.readyArms(), this.#clock()));
	}

	async #onStep(followed: FollowedRollout, step: Step): Promise<void> {
		if (step.recorded !== undefined || step.decided.length === 0) return followed.written();
		await this.#append(followed.id, step.decided, (event) => fromEvidence(event, SYSTEM));
		followed.written();
		followed.sealDue = true;
		await this.seal(followed);
	}

	/** What a second decided and the journal had no room for comes before anything else that is decided. */
	async #flush(followed: FollowedRollout): Promise<void> {
		if (followed.unwritten !== null) await this.#onStep(followed, followed.unwritten);
	}

	async #append(
		id: string,
		events: readonly RolloutEvent[],
		render: (event: RolloutEvent) => ReturnType<typeof toJournal>,
	): Promise<void> {
		if (events.length === 0) return;
		await this.#keeper.append(streamOf(id), events.map(render));
		const followed = this.#followed.get(id);
		for (const event of events) followed?.tracker.apply(event);
		const { table } = this.#keeper.installation;
		if (events.some((event) => event.type === "StageEntered")) followed?.measureFrom(table.revision);
		this.#fleet.publish(table);
	}

	async #follow(state: RolloutState): Promise<FollowedRollout> {
		const recorded = [];
		let measureFrom: number | null = null;
		for await (const event of this.#keeper.journal.readStream(streamOf(state.id))) {
			recorded.push(toRecorded(event));
			if (event.type === "StageEntered") measureFrom ??= event.seq;
		}
		const followed = new FollowedRollout(state, recorded, this.#keeper.installation.sealedTo.get(state.endpoint) ?? 0);
		if (measureFrom !== null) followed.measureFrom(measureFrom);
		this.#followed.set(state.id, followed);
		return followed;
	}

	async #leave(followed: FollowedRollout): Promise<void> {
		await this.seal(followed);
		this.#followed.delete(followed.id);
	}

	#state(id: string): RolloutState {
		const state = this.#keeper.installation.rollouts.get(id);
		if (state !== undefined) return state;
		throw new HeadgateError("rollout.unknown", `there is no rollout "${id}"`);
	}
}
