import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";

/** Who caused an event: a person's key (id only, never a name), the system, or a process. */
export interface Actor {
	readonly kind: "key" | "system";
	readonly id: string;
}

/** An event about to be appended. */
export interface NewEvent {
	readonly type: string;
	/** Version of the event's shape, from 1. */
	readonly v: number;
	readonly actor: Actor;
	/** Sequence number of the event, or a word for the input, that led to it; null when it stands alone. */
	readonly cause: string | null;
	readonly data: unknown;
}

/** One line of the append-only, hash-chained journal. */
export interface JournalEvent extends NewEvent {
	/** 1, 2, 3, ... without a gap, over all streams. */
	readonly seq: number;
	/** Milliseconds since the epoch, control's clock; never decreases. */
	readonly at: number;
	/** `rollout/ID`, `endpoint/NAME`, `package/NAME`, `gateway/ID`, `control`. */
	readonly stream: string;
	/** 1, 2, 3, ... within the stream. */
	readonly version: number;
	/** Hash of the event before, GENESIS for the first. */
	readonly prev: string;
	/** sha256 hex over the canonical JSON of this event without `hash`. */
	readonly hash: string;
}

export const GENESIS = "0".repeat(64);

/** The hash that belongs to an event: sha256 hex over its RFC 8785 form without `hash`. */
export function hashEvent(event: Omit<JournalEvent, "hash">): string {
	const { seq, at, stream, version, type, v, actor, cause, data, prev } = event;
	return createHash("sha256")
		.update(canonicalJson({ seq, at, stream, version, type, v, actor, cause, data, prev }))
		.digest("hex");
}
