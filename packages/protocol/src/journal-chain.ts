import { HeadgateError } from "./errors/headgate-error.ts";
import { GENESIS, hashEvent, type JournalEvent } from "./journal-event.ts";

/** The last event of a journal. Whoever noted it elsewhere can later tell a cut-off tail from a short journal. */
export interface JournalHead {
	/** 0 for an empty journal. */
	readonly seq: number;
	readonly hash: string;
}

/** The first place where a journal is not what was written. */
export interface ChainBreak {
	readonly seq: number;
	/** `head`: the noted head is not in this journal. `storage`: the file itself is damaged. Otherwise the field that does not fit. */
	readonly field: string;
	readonly got: string;
	readonly expected: string;
	readonly message: string;
}

export type ChainReport =
	| { readonly ok: true; readonly events: number; readonly head: JournalHead }
	| ({ readonly ok: false } & ChainBreak);

/** Checks a journal event by event, oldest first: numbers, time, versions, links and hashes. */
export class ChainCheck {
	#head: JournalHead = { seq: 0, hash: GENESIS };
	#at = Number.NEGATIVE_INFINITY;
	readonly #versions = new Map<string, number>();

	/** The last event that was found whole. */
	get head(): JournalHead {
		return this.#head;
	}

	/** Takes the next event; answers with the break if it is not the one that belongs here. */
	next(event: JournalEvent): ChainBreak | undefined {
		const seq = this.#head.seq + 1;
		const version = (this.#versions.get(event.stream) ?? 0) + 1;
		if (event.seq !== seq) return chainBreak(seq, "seq", event.seq, seq, "the next event has another number");
		if (event.prev !== this.#head.hash) {
			return chainBreak(seq, "prev", event.prev, this.#head.hash, "it does not continue the event before");
		}
		const hash = hashEvent(event);
		if (event.hash !== hash) return chainBreak(seq, "hash", hash, event.hash, "its content was changed after it was written");
		if (event.version !== version)
			return chainBreak(seq, "version", event.version, version, `it skips in stream ${event.stream}`);
		if (event.at < this.#at) return chainBreak(seq, "at", event.at, `>= ${this.#at}`, "its time runs backwards");
		this.#versions.set(event.stream, version);
		this.#at = event.at;
		this.#head = { seq, hash };
		return undefined;
	}
}

/** Compares a whole chain with a head noted elsewhere. `hashAt` gives the hash of that event in this journal. */
export function compareHead(noted: JournalHead, found: JournalHead, hashAt: string | undefined): ChainBreak | undefined {
	if (noted.seq > found.seq) {
		const got = renderHead(found);
		return chainBreak(noted.seq, "head", got, renderHead(noted), `the journal ends at ${found.seq}: its tail was cut off`);
	}
	if (hashAt === noted.hash) return undefined;
	return chainBreak(noted.seq, "head", `${noted.seq}:${hashAt}`, renderHead(noted), "the journal was written anew");
}

export function chainBreak(
	seq: number,
	field: string,
	got: string | number,
	expected: string | number,
	reason: string,
): ChainBreak {
	const message = `journal event ${seq}: ${reason} (${field}: got ${got}, expected ${expected})`;
	return { seq, field, got: String(got), expected: String(expected), message };
}

/** `SEQ:HASH`, as printed with each promote and rollback. */
export function renderHead(head: JournalHead): string {
	return `${head.seq}:${head.hash}`;
}

/** Reads `SEQ:HASH`. Throws `journal.head-invalid`: a head that cannot be read would compare nothing. */
export function requireHead(text: string): JournalHead {
	const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim());
	if (match) return { seq: Number(match[1]), hash: match[2] as string };
	throw new HeadgateError("journal.head-invalid", `the head is "${text.slice(0, 100)}", expected SEQ:HASH with 64 hex digits`);
}
