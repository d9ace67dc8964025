import type { Evidence, Placed } from "@headgate/core/analysis";
import type { Result } from "@headgate/core/kernel";
import { decide, isOver, type RolloutEvent, type RolloutInput, type RolloutState, type Step } from "@headgate/core/rollout";
import { type Actor, HeadgateError, type NewEvidence } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";
import type { EvidenceStore } from "../evidence/index.ts";
import type { Fleet } from "../gateways/fleet.ts";
import { type StateKeeper, SYSTEM } from "../installation/state-keeper.ts";
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

	/** Takes up every rollout that was going on when control stopped: its events and all its evidence. */
	async recover(): Promise<void> {
		for (const state of this.#keeper.installation.rollouts.values()) {
			if (!isFollowed(state)) continue;
			const followed = await this.#follow(state);
			for await (const record of this.#evidence.read(state.endpoint, followed.tracker.position + 1)) {
				followed.enqueue([record as unknown as Placed<Evidence>], this.#clock());
			}
		}
	}

	followed(): readonly FollowedRollout[] {
		return [...this.#followed.values()];
	}

	/** The newest rollout that is followed at an endpoint. An older one may still wait for its recovery to be confirmed. */
	ofEndpoint(endpoint: string): FollowedRollout | undefined {
		return this.#allOfEndpoint(endpoint).at(-1);
	}

	/** Begins a rollout. Throws the refusal as a HeadgateError. */
	async start(input: Extract<RolloutInput, { type: "StartRollout" }>, actor: Actor): Promise<void> {
		const { id, endpoint } = input.start;
		const events = acceptOrThrow(decide(null, input, this.#evidence.lastPosition(endpoint)));
		await this.#append(id, events, (event) => toJournal(event, actor, "command"));
		await this.#follow(this.#state(id));
	}

	/** A person's command or an effect's report. Throws a refusal; returns the events that happened. Call inside `exclusively`. */
	async tell(id: string, input: RolloutInput, actor: Actor = SYSTEM): Promise<readonly RolloutEvent[]> {
		const followed = this.#followed.get(id);
		const state = this.#state(id);
		const after = followed?.tracker.position ?? state.lastAfter;
		const events = acceptOrThrow(decide(state, input, after));
		await this.#append(id, events, (event) => toJournal(event, actor, input.type));
		if (followed === undefined && isFollowed(this.#state(id))) void this.#followAgain(this.#state(id));
		return events;
	}

	/** Takes evidence that has just come in: on disk first, then in the queue. Call inside `exclusively`. */
	async take(endpoint: string, records: readonly Evidence[]): Promise<void> {
		const all = this.#allOfEndpoint(endpoint);
		if (all.length === 0 || records.length === 0) return;
		const positions = await this.#evidence.append(endpoint, records as unknown as readonly NewEvidence[]);
		const placed = records.map((record, i) => ({ ...record, position: positions[i]! }));
		for (const followed of all) followed.enqueue(placed, this.#clock());
	}

	/** Closes what can be closed, judges it in order, and writes what follows. Call inside `exclusively`. */
	async judge(): Promise<void> {
		const excluded = this.#fleet.excluded();
		const leased = this.#fleet.leased().map((gateway) => gateway.id);
		for (const followed of this.followed()) {
			const closable = followed.closable(
				leased.filter((id) => !excluded.includes(id)),
				this.#fleet.readyArms(),
				this.#clock(),
			);
			await this.take(followed.endpoint, closable);
			for (const step of followed.judge()) await this.#onStep(followed, step);
			if (!isFollowed(this.#state(followed.id)) && !followed.tracker.catchingUp) await this.#leave(followed);
		}
	}

	/** Binds the evidence judged so far to the journal. Call inside `exclusively`. */
	async seal(followed: FollowedRollout): Promise<void> {
		const to = followed.tracker.position;
		const from = followed.sealedTo + 1;
		if (to < from) return;
		const sha256 = await this.#evidence.seal(followed.endpoint, from, to);
		const event = { type: "EvidenceSealed", actor: SYSTEM, cause: followed.id, data: { from, to, sha256 } };
		await this.#keeper.append(`evidence/${followed.endpoint}`, [event]);
		followed.sealedTo = to;
	}

	async #onStep(followed: FollowedRollout, step: Step): Promise<void> {
		if (step.recorded !== undefined || step.decided.length === 0) return;
		await this.#append(followed.id, step.decided, (event) => fromEvidence(event, SYSTEM));
		await this.seal(followed);
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

	#allOfEndpoint(endpoint: string): readonly FollowedRollout[] {
		return this.followed().filter((followed) => followed.endpoint === endpoint);
	}

	/** A rollout taken back after it was over: its evidence is read beside the loop, then it is followed until it is confirmed. */
	async #followAgain(state: RolloutState): Promise<void> {
		const evidence: Placed<Evidence>[] = [];
		const start = await this.#startPosition(state.id);
		for await (const record of this.#evidence.read(state.endpoint, start + 1))
			evidence.push(record as unknown as Placed<Evidence>);
		await this.#keeper.exclusively(async () => {
			if (!isFollowed(this.#state(state.id))) return;
			for await (const record of this.#evidence.read(state.endpoint, start + 1 + evidence.length)) {
				evidence.push(record as unknown as Placed<Evidence>);
			}
			(await this.#follow(state)).enqueue(evidence, this.#clock());
		});
	}

	/** Position of the evidence when the rollout began. */
	async #startPosition(id: string): Promise<number> {
		for await (const event of this.#keeper.journal.readStream(streamOf(id))) return toRecorded(event).event.after;
		return 0;
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

function acceptOrThrow<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	const { code, message, hint, path } = result.refusal;
	throw new HeadgateError(code, message, path === undefined ? { hint } : { hint, path });
}
