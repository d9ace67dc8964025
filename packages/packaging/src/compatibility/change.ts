/** What a change asks of the version number. */
export type Bump = "none" | "patch" | "minor" | "major";
export type Side = "input" | "output";

/** One difference between two schemas, in words, with the bump it needs. */
export interface SchemaChange {
	/** `input.Income`, `output.score`. */
	readonly path: string;
	/** `maximum 1 -> 100`. */
	readonly what: string;
	readonly bump: Bump;
	/** It breaks nobody who reads by name, and somebody who reads by position. */
	readonly warn?: boolean;
}

const ORDER: readonly Bump[] = ["none", "patch", "minor", "major"];

export function largerBump(a: Bump, b: Bump): Bump {
	return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

export function isEnough(declared: Bump, needed: Bump): boolean {
	return ORDER.indexOf(declared) >= ORDER.indexOf(needed);
}

/** More values allowed: harmless going in, surprising coming out. */
export function widened(side: Side): Bump {
	return side === "input" ? "minor" : "major";
}

/** Fewer values allowed: old requests are refused going in, harmless coming out. */
export function narrowed(side: Side): Bump {
	return side === "input" ? "major" : "minor";
}

/** A value as it stands in a sentence. */
export function shown(value: unknown): string {
	if (value === undefined) return "none";
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
