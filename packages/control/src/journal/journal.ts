import type { ChainReport, JournalEvent, JournalHead, NewEvent } from "@headgate/protocol";

/** What may be asked of a journal without being its owner; safe beside a running control process. */
export interface JournalReader {
	/** Events in order of `seq`, from `from` (default 1, included). Throws `journal.corrupt` at an event that cannot be read. */
	read(options?: { from?: number }): AsyncIterable<JournalEvent>;
	/** Events of one stream in order of `version`. */
	readStream(stream: string): AsyncIterable<JournalEvent>;
	head(): JournalHead;
	/** 0 for a stream without events. */
	streamVersion(stream: string): number;
	/**
	 * Walks the whole chain and names the first event that is not what was written. With a head noted elsewhere it also
	 * finds a cut-off tail and a journal written anew. Never throws for a damaged journal: the report says so.
	 */
	verify(noted?: JournalHead): Promise<ChainReport>;
	close(): Promise<void>;
}

/** The append-only, hash-chained record of everything that happened: the audit log and the source of state. */
export interface Journal extends JournalReader {
	/**
	 * Appends all events or none; they are on disk when the promise resolves. Appends of the same turn, and those made
	 * while a commit is under way, share one transaction and one fsync; each has its own outcome.
	 *
	 * Throws `journal.version-conflict` when the stream is not at `expectedVersion`, `disk.full` when nothing could be
	 * written, `journal.event-invalid`, `journal.closed`.
	 */
	append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<readonly JournalEvent[]>;
	/** Calls the listener with every event once it is on disk, in order, before its append resolves. Returns the way to stop. */
	subscribe(listener: (event: JournalEvent) => void): () => void;
}
