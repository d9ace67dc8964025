import { SECRET_KINDS } from "./secret-kinds.ts";

/** A secret in a file. What it is is never kept, only its end. */
export interface Secret {
	readonly kind: string;
	/** In bytes. */
	readonly offset: number;
	/** Its last four characters; empty where they say nothing. */
	readonly tail: string;
}

/**
 * One pass for all kinds, a group for each: an alternation is searched faster than each of its words by itself. What stands before is looked
 * at after the first letters matched; in JSON, the `n` of a `\n` is a line's end and no letter.
 */
const BEGINNING = new RegExp(
	SECRET_KINDS.map(({ head, next, after = "[^\\w-]" }) => `(${head}(?<=(?:^|${after}|\\\\[nrt])${head})${next})`).join("|"),
	"g",
);

/** Secrets that begin in `text[from, to)`, a Latin-1 reading of bytes, so that an index is an offset. */
export function scanWindow(text: string, from: number, to: number): Secret[] {
	const found: Secret[] = [];
	BEGINNING.lastIndex = from;
	for (let begin = BEGINNING.exec(text); begin !== null && begin.index < to; begin = BEGINNING.exec(text)) {
		const at = begin.index;
		const kind = SECRET_KINDS[begin.findIndex((group, index) => index > 0 && group !== undefined) - 1]!;
		kind.pattern.lastIndex = at;
		const match = kind.pattern.exec(text);
		if (match === null) continue;
		const [whole, body = whole] = match;
		BEGINNING.lastIndex = at + whole.length;
		if (kind.accept?.(body, whole) !== false)
			found.push({ kind: kind.name, offset: at, tail: kind.noTail ? "" : whole.slice(-4) });
	}
	return found;
}
