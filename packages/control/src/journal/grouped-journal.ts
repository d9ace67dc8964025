import { type ChainReport, HeadgateError, type JournalEvent, type JournalHead, type NewEvent } from "@headgate/protocol";
import { type AppendRequest, draftGroup, normaliseEvent } from "./draft-group.ts";
import type { EventStore, JournalPosition } from "./event-store.ts";
import type { Journal } from "./journal.ts";
import { parseRows, verifyStore } from "./stored-events.ts";

interface Waiting extends AppendRequest {
	resolve(events: readonly JournalEvent[]): void;
	reject(fault: unknown): void;
}

/** Opens the journal that an event store holds. The caller must be its only writer. */
export async function openJournal(store: EventStore, now: () => number): Promise<Journal> {
	return new GroupedJournal(store, now, await store.recover());
}

/** Chains, groups and announces; the store below only keeps rows. */
class GroupedJournal implements Journal {
	readonly #store: EventStore;
	readonly #now: () => number;
	readonly #listeners = new Set<(event: JournalEvent) => void>();
	#head: JournalHead;
	#at: number;
	#versions: Map<string, number>;
	#waiting: Waiting[] = [];
	#commits: Promise<void> | undefined;
	#refusal: HeadgateError | undefined;
	#closing: Promise<void> | undefined;

	constructor(store: EventStore, now: () => number, position: JournalPosition) {
		this.#store = store;
		this.#now = now;
		this.#head = position.head;
		this.#at = position.at;
		this.#versions = new Map(position.versions);
	}

	async append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<readonly JournalEvent[]> {
		if (this.#refusal) throw this.#refusal;
		const normalised = events.map((event) => normaliseEvent(stream, event));
		return new Promise((resolve, reject) => {
			this.#waiting.push({ stream, expectedVersion, events: normalised, resolve, reject });
			this.#commits ??= this.#commitAll();
		});
	}

	read(options: { from?: number } = {}): AsyncIterable<JournalEvent> {
		return parseRows(this.#store.read(options.from ?? 1, this.#head.seq));
	}

	readStream(stream: string): AsyncIterable<JournalEvent> {
		return parseRows(this.#store.readStream(stream));
	}

	head(): JournalHead {
		return this.#head;
	}

	streamVersion(stream: string): number {
		return this.#versions.get(stream) ?? 0;
	}

	verify(noted?: JournalHead): Promise<ChainReport> {
		return verifyStore(this.#store, this.#head, noted);
	}

	subscribe(listener: (event: JournalEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	close(): Promise<void> {
		this.#refusal ??= new HeadgateError("journal.closed", "the journal is closed");
		this.#closing ??= Promise.resolve(this.#commits).then(() => this.#store.close());
		return this.#closing;
	}

	async #commitAll(): Promise<void> {
		// One turn of the event loop gathers every append made in it, so that they share a transaction and its fsync.
		await new Promise((resolve) => setImmediate(resolve));
		while (this.#waiting.length > 0) {
			const group = this.#waiting;
			this.#waiting = [];
			await this.#commit(group);
		}
		this.#commits = undefined;
	}

	async #commit(group: readonly Waiting[]): Promise<void> {
		const position = { head: this.#head, at: this.#at, versions: this.#versions };
		const draft = draftGroup(position, group, this.#now());
		try {
			if (draft.rows.length > 0) await this.#store.persist(draft.rows);
		} catch (fault) {
			if (!(await this.#committedAfterAll(draft.head))) {
				for (const waiting of group) waiting.reject(fault);
				return;
			}
		}
		this.#advance(draft);
		this.#announce(draft.outcomes);
		group.forEach((waiting, index) => {
			const outcome = draft.outcomes[index]!;
			if (outcome instanceof HeadgateError) waiting.reject(outcome);
			else waiting.resolve(outcome);
		});
	}

	#advance(to: JournalPosition): void {
		this.#head = to.head;
		this.#at = to.at;
		for (const [stream, version] of to.versions) this.#versions.set(stream, version);
	}

	/** A store may fail after its commit took effect (while tidying up). Only what is durable can say which it was. */
	async #committedAfterAll(head: JournalHead): Promise<boolean> {
		try {
			return (await this.#store.recover()).head.hash === head.hash;
		} catch (cause) {
			this.#refusal ??= new HeadgateError("journal.closed", "the journal failed and could not be read again", { cause });
			return false;
		}
	}

	#announce(outcomes: readonly (readonly JournalEvent[] | HeadgateError)[]): void {
		for (const outcome of outcomes) {
			if (outcome instanceof HeadgateError) continue;
			for (const event of outcome) for (const listener of this.#listeners) tell(listener, event);
		}
	}
}

/** A listener that throws is a bug; it must surface, but not between a durable event and the answer to its writer. */
function tell(listener: (event: JournalEvent) => void, event: JournalEvent): void {
	try {
		listener(event);
	} catch (bug) {
		setImmediate(() => {
			throw bug;
		});
	}
}
