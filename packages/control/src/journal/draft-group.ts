import {
	canonicalJson,
	type EventRow,
	HeadgateError,
	hashEvent,
	type JournalEvent,
	type JournalHead,
	type NewEvent,
	renderEventRow,
} from "@headgate/protocol";
import type { JournalPosition } from "./event-store.ts";

/** One call of `append`, waiting for its group. */
export interface AppendRequest {
	readonly stream: string;
	readonly expectedVersion: number;
	readonly events: readonly NewEvent[];
}

export interface GroupDraft {
	readonly rows: readonly EventRow[];
	/** In the order of the requests: the events to be, or why there are none. */
	readonly outcomes: readonly (readonly JournalEvent[] | HeadgateError)[];
	/** The head once the rows are durable, and its time. */
	readonly head: JournalHead;
	readonly at: number;
	/** New last versions of the streams that the group adds to. */
	readonly versions: ReadonlyMap<string, number>;
}

/**
 * Chains the requests of one group onto the journal, in order; a request whose version does not fit is left out, so that
 * it cannot harm its neighbours. `nowMs` is held back to the time of the head: time in a journal never runs backwards.
 */
export function draftGroup(from: JournalPosition, requests: readonly AppendRequest[], nowMs: number): GroupDraft {
	const at = Math.max(Math.trunc(nowMs), from.at);
	const versions = new Map<string, number>();
	const rows: EventRow[] = [];
	let { seq, hash } = from.head;
	const outcomes = requests.map(({ stream, expectedVersion, events }) => {
		let version = versions.get(stream) ?? from.versions.get(stream) ?? 0;
		if (version !== expectedVersion) return versionConflict(stream, version, expectedVersion);
		const chained = events.map((event) => {
			seq += 1;
			version += 1;
			const next = { seq, at, stream, version, ...event, prev: hash };
			hash = hashEvent(next);
			return { ...next, hash };
		});
		if (chained.length > 0) versions.set(stream, version);
		rows.push(...chained.map(renderEventRow));
		return chained;
	});
	return { rows, outcomes, head: { seq, hash }, at: rows.length > 0 ? at : from.at, versions };
}

/** Takes an event as it will be read back: JSON and nothing else. Throws `journal.event-invalid`. */
export function normaliseEvent(stream: string, { type, v, actor, cause, data }: NewEvent): NewEvent {
	try {
		const text = canonicalJson({ type, v, actor: { kind: actor.kind, id: actor.id }, cause, data });
		const event = JSON.parse(text) as NewEvent;
		if (event.data === undefined) throw new TypeError("it has no data");
		if (!stream.isWellFormed() || !text.isWellFormed()) throw new TypeError("it holds half a character (a lone surrogate)");
		if (stream === "" || type === "") throw new TypeError("stream and type must not be empty");
		if (!Number.isSafeInteger(v)) throw new TypeError(`v is ${v}, expected a whole number`);
		if (cause !== null && typeof cause !== "string") throw new TypeError("its cause is neither text nor null");
		return event;
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new HeadgateError("journal.event-invalid", `event ${type} of stream ${stream} cannot be written: ${reason}`, { cause });
	}
}

function versionConflict(stream: string, got: number, expected: number): HeadgateError {
	return new HeadgateError("journal.version-conflict", `stream ${stream} is at version ${got}, expected ${expected}`, {
		path: stream,
	});
}
