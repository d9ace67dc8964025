import type { Actor, JournalEvent, NewEvent } from "@headgate/protocol";
import type { Journal } from "../journal/index.ts";
import { Installation } from "./installation.ts";

/**
 * The journal and its fold, together: what is appended is on disk before it is believed, and believed before anyone else is told.
 * One writer: all decisions of a control process pass through `exclusively`, so state never moves under a decision.
 */
export class StateKeeper {
	readonly journal: Journal;
	readonly installation = new Installation();
	readonly #listeners = new Set<(event: JournalEvent) => void>();
	#queue: Promise<unknown> = Promise.resolve();

	private constructor(journal: Journal) {
		this.journal = journal;
	}

	/** Folds the whole journal. */
	static async open(journal: Journal): Promise<StateKeeper> {
		const keeper = new StateKeeper(journal);
		for await (const event of journal.read()) keeper.installation.apply(event);
		return keeper;
	}

	/** Runs one decision at a time: `work` sees a state that nobody else changes until it is done. */
	exclusively<T>(work: () => Promise<T>): Promise<T> {
		const run = this.#queue.then(work, work);
		this.#queue = run.catch(() => undefined);
		return run;
	}

	/** Appends to a stream; call it inside `exclusively`. */
	async append(stream: string, events: readonly Omit<NewEvent, "v">[]): Promise<readonly JournalEvent[]> {
		if (events.length === 0) return [];
		const written = await this.journal.append(
			stream,
			this.journal.streamVersion(stream),
			events.map((event) => ({ v: 1, ...event })),
		);
		for (const event of written) this.installation.apply(event);
		for (const event of written) for (const listener of this.#listeners) listener(event);
		return written;
	}

	/** Calls back for every event after it has been applied. Returns the way to stop. */
	onEvent(listener: (event: JournalEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}

export const SYSTEM: Actor = { kind: "system", id: "control" };
