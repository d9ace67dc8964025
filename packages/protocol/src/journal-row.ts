import { canonicalJson } from "./canonical-json.ts";
import type { Actor, JournalEvent } from "./journal-event.ts";

/** A journal event as it lies in a table: scalars as they are, `actor` and `data` as canonical JSON text. */
export interface EventRow {
	readonly seq: number;
	readonly at: number;
	readonly stream: string;
	readonly version: number;
	readonly type: string;
	readonly v: number;
	readonly actor: string;
	readonly cause: string | null;
	readonly data: string;
	readonly prev: string;
	readonly hash: string;
}

/** The columns of a stored event, in the order of every table that holds them. */
export const EVENT_COLUMNS = ["seq", "at", "stream", "version", "type", "v", "actor", "cause", "data", "prev", "hash"] as const;

const INTEGERS = ["seq", "at", "version", "v"] as const;
const TEXTS = ["stream", "type", "actor", "data", "prev", "hash"] as const;
const JSON_TEXTS = ["actor", "data"] as const;

/** A stored event that cannot have been written by Headgate: which field, what is there, what should be. */
export interface RowDefect {
	readonly seq: number;
	readonly field: (typeof EVENT_COLUMNS)[number];
	readonly got: string;
	readonly expected: string;
}

export function renderEventRow(event: JournalEvent): EventRow {
	return { ...event, actor: canonicalJson(event.actor), data: canonicalJson(event.data) };
}

/**
 * Turns a stored row into its event, or names the first field that Headgate cannot have written. JSON text must be
 * canonical byte for byte: otherwise a changed byte could hide in a spelling that parses to the same value.
 */
export function parseEventRow(row: Readonly<Record<string, unknown>>): JournalEvent | RowDefect {
	const seq = typeof row["seq"] === "number" ? row["seq"] : 0;
	const defect = (field: RowDefect["field"], expected: string): RowDefect => ({ seq, field, got: show(row[field]), expected });
	for (const field of INTEGERS) if (!Number.isSafeInteger(row[field])) return defect(field, "a whole number");
	for (const field of TEXTS) if (typeof row[field] !== "string") return defect(field, "text");
	if (row["cause"] !== null && typeof row["cause"] !== "string") return defect("cause", "text or null");
	for (const field of JSON_TEXTS) if (!isCanonical(row[field] as string)) return defect(field, "canonical JSON");
	const stored = row as unknown as EventRow;
	const { at, stream, version, type, v, cause, prev, hash } = stored;
	const actor = JSON.parse(stored.actor) as Actor;
	return { seq, at, stream, version, type, v, actor, cause, data: JSON.parse(stored.data) as unknown, prev, hash };
}

export function isRowDefect(parsed: JournalEvent | RowDefect): parsed is RowDefect {
	return "field" in parsed;
}

function isCanonical(text: string): boolean {
	try {
		return canonicalJson(JSON.parse(text)) === text;
	} catch {
		return false;
	}
}

function show(value: unknown): string {
	const text = typeof value === "string" ? value : String(value);
	return text.length > 80 ? `${text.slice(0, 80)}... (${text.length} characters)` : text;
}
