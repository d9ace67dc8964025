import type { EventRow, JournalHead } from "@headgate/protocol";

/** Where a journal stands: all that must be known to append to it. */
export interface JournalPosition {
	readonly head: JournalHead;
	/** `at` of the head, in milliseconds; 0 for an empty journal. */
	readonly at: number;
	/** Last version of each stream that has events. */
	readonly versions: ReadonlyMap<string, number>;
}

/** Keeps rows and knows nothing of chains: the part of a journal that differs from one database to the next. */
export interface EventStore {
	/** Reads where the journal stands from what is durable. */
	recover(): JournalPosition | Promise<JournalPosition>;
	/** Writes all rows durably in one transaction, or none and throws. */
	persist(rows: readonly EventRow[]): void | Promise<void>;
	/** Rows in order of seq, `from` and `to` included, as they lie there: fields may hold anything. */
	read(from: number, to: number): Rows;
	readStream(stream: string): Rows;
	/** What the database itself finds wrong with its file; undefined when nothing. */
	inspect?(): string | undefined | Promise<string | undefined>;
	close(): void | Promise<void>;
}

export type Rows = Iterable<Readonly<Record<string, unknown>>> | AsyncIterable<Readonly<Record<string, unknown>>>;
