import { closableSeconds, type Evidence, LATENESS_MS, type Placed, type Window } from "@headgate/core/analysis";
import { type Recorded, type RolloutState, RolloutTracker, type Step } from "@headgate/core/rollout";
import { countOf, type LatencySketch, mergeSketches, quantileUs } from "@headgate/core/statistics";

/** Gateways report a request that is still running after this long as if it had ended (DESIGN 3). */
const LONGEST_WAIT_MS = 5_000;

/** Seconds judged in one turn of the event loop: a long backlog must not stop the heartbeats. */
const SLICE_RECORDS = 2_000;

/**
 * One rollout being followed: the queue of evidence still to judge, which seconds are open, and the champion's latency so far.
 * Everything here is a cache of journal and evidence; a restart builds it again.
 */
export class FollowedRollout {
	readonly id: string;
	readonly endpoint: string;
	readonly tracker: RolloutTracker;
	readonly #queue: Placed<Evidence>[] = [];
	readonly #reports = new Map<string, { second: number }>();
	#lastClosed = -1;
	/** Open seconds and when the first window of each came in. */
	readonly #open = new Map<number, number>();
	#championLatency: LatencySketch = [];
	#measuredFrom: number | null = null;
	#enqueuedTo: number;
	#unwritten: Step | null = null;
	/** What the judge threw. It may have taken in half of a second since: what it says from then on is not what a replay says. */
	#fault: { readonly thrown: unknown } | null = null;
	sealedTo: number;
	/** A decision was written and its evidence is not sealed yet. */
	sealDue = false;

	constructor(state: Pick<RolloutState, "id" | "endpoint">, recorded: readonly Recorded[], sealedTo: number) {
		this.id = state.id;
		this.endpoint = state.endpoint;
		this.tracker = new RolloutTracker(recorded);
		this.#enqueuedTo = this.tracker.position;
		this.sealedTo = Math.max(sealedTo, this.tracker.position);
	}

	/** Evidence that is safely in the log, in the order of the log; the first lies just after `enqueuedTo`. */
	enqueue(records: readonly Placed<Evidence>[], receivedAtMs: number): void {
		for (const record of records) {
			this.#queue.push(record);
			this.#enqueuedTo = record.position;
			if (record.kind === "close") this.#close(record.second);
			else if (record.kind === "window") this.#note(record.window, receivedAtMs);
		}
	}

	/** Position of the last record that was enqueued. */
	get enqueuedTo(): number {
		return this.#enqueuedTo;
	}

	/** True when no more evidence should be brought in before what is there has been judged. */
	get isFull(): boolean {
		return this.#queue.length >= SLICE_RECORDS;
	}

	/** The judged second whose decision is not in the journal yet. Nothing else may be decided before it is. */
	get unwritten(): Step | null {
		return this.#unwritten;
	}

	/** What the last judged second led to is in the journal. */
	written(): void {
		this.#unwritten = null;
	}

	/**
	 * The closed seconds, judged one after the other, until the queue is empty or the slice is used up. A second comes again until it
	 * is said to be `written`: when the journal had no room for its decision, it is the next to be taken. Once the judge has thrown, this
	 * throws the same for ever: the rollout stands still until control starts anew, and a person may abort it or roll it back.
	 */
	*judge(): Generator<Step> {
		if (this.#fault !== null) throw this.#fault.thrown;
		for (let taken = 0; taken < SLICE_RECORDS; taken++) {
			this.#unwritten ??= this.#next();
			if (this.#unwritten !== null) yield this.#unwritten;
			else if (this.#queue.length === 0) return;
		}
	}

	/** Takes one record; null when it led to no judgement. */
	#next(): Step | null {
		const record = this.#queue.shift();
		if (record === undefined) return null;
		if (record.kind === "window") this.#measure(record.window);
		try {
			return this.tracker.take(record);
		} catch (thrown) {
			this.#fault = { thrown };
			throw thrown;
		}
	}

	/** @returns closing records for the seconds that may be closed now. */
	closable(leased: readonly string[], readyArms: readonly string[], nowMs: number): readonly Evidence[] {
		const open = new Map([...this.#open].sort(([a], [b]) => a - b));
		// A window waits for the answers of its second, which may take until the timeout: that much later is not late.
		const latenessMs = LATENESS_MS + Math.min(this.tracker.state.challenger.configuration.timeoutMs, LONGEST_WAIT_MS);
		const input = { reports: this.#reports, leased, open, latenessMs, nowMs };
		return closableSeconds(input, SLICE_RECORDS).map((closable) => ({ kind: "close", ...closable, readyArms }));
	}

	/** From this table revision on both arms run side by side, and the champion's latency is measured for the thresholds. */
	measureFrom(revision: number): void {
		this.#measuredFrom ??= revision;
	}

	get championRequests(): number {
		return countOf(this.#championLatency);
	}

	/** The champion's latency at a percentile (as a share), in whole microseconds. */
	championLatencyUs(percentile: number): number {
		return Math.max(1, Math.round(quantileUs(this.#championLatency, percentile) ?? 1));
	}

	measureAnew(): void {
		this.#championLatency = [];
	}

	#close(second: number): void {
		this.#lastClosed = Math.max(this.#lastClosed, second);
		for (const open of this.#open.keys()) if (open <= this.#lastClosed) this.#open.delete(open);
	}

	#note(window: Window, receivedAtMs: number): void {
		const known = this.#reports.get(window.gateway);
		if (known === undefined || window.second > known.second) this.#reports.set(window.gateway, { second: window.second });
		if (window.second > this.#lastClosed && !this.#open.has(window.second)) this.#open.set(window.second, receivedAtMs);
	}

	#measure(window: Window): void {
		if (this.#measuredFrom === null || window.table.revision < this.#measuredFrom) return;
		const champion = Object.values(window.arms).find((arm) => arm.role === "champion");
		if (champion !== undefined) this.#championLatency = mergeSketches([this.#championLatency, champion.latency]);
	}
}
