import { type EventRow, GENESIS, type JournalHead } from "@headgate/protocol";
import type { EventStore, JournalPosition, Rows } from "./event-store.ts";
import { openJournal } from "./grouped-journal.ts";
import type { Journal } from "./journal.ts";

/** A journal that ends with its process: the working fake for tests and simulations. */
export function openMemoryJournal(now: () => number, rows: EventRow[] = []): Promise<Journal> {
	return openJournal(new MemoryEventStore(rows), now);
}

class MemoryEventStore implements EventStore {
	readonly #rows: EventRow[];

	constructor(rows: EventRow[]) {
		this.#rows = rows;
	}

	recover(): JournalPosition {
		const last = this.#rows.at(-1);
		const head: JournalHead = last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: GENESIS };
		return { head, at: last?.at ?? 0, versions: new Map(this.#rows.map((row) => [row.stream, row.version])) };
	}

	persist(rows: readonly EventRow[]): void {
		this.#rows.push(...rows);
	}

	read(from: number, to: number): Rows {
		return this.#rows.slice(from - 1, to).map((row) => ({ ...row }));
	}

	readStream(stream: string): Rows {
		return this.#rows.filter((row) => row.stream === stream).map((row) => ({ ...row }));
	}

	close(): void {}
}
