import type { Use } from "./allow-list.ts";

/** What the machine knows of a value: an integer, a text of at most 256 characters, or one of the objects below. */
export type Value = number | string | Thing;

export type Thing = Plain | GlobalValue | InstanceValue | TupleValue | DictValue;

/** A value of which only the kind matters. */
interface Plain {
	readonly kind: "none" | "plain" | "text" | "list" | "set" | "frozenset" | "persistent" | "unknown";
}

/** A class, function or constant of a Python module. */
export interface GlobalValue {
	readonly kind: "global";
	readonly module: string;
	readonly name: string;
	/** Undefined when it is not on the allow-list. */
	readonly use: Use | undefined;
	/** Offset where it is named first. */
	readonly at: number;
	/** Offset where it is called first. */
	calledAt?: number;
}

/** What an allowed class or maker gave. */
export interface InstanceValue {
	readonly kind: "instance";
	readonly of: GlobalValue;
	/** Of numpy.dtype alone. */
	readonly dtype?: DtypeValue;
}

/** Enough of a numpy.dtype to know how many bytes an array of it has. */
export interface DtypeValue {
	/** As in `f8`, `U12`, `O8`; empty when it is not a literal. */
	readonly code: string;
	/** From its state, where it has one. */
	state?: TupleValue;
}

export interface TupleValue {
	readonly kind: "tuple";
	/** Null when they are not kept: above 16, or fetched from the memo. */
	readonly items: readonly Value[] | null;
	/** No tuple or dict is among them. */
	readonly flat: boolean;
}

export interface DictValue {
	readonly kind: "dict";
	/** Its entries, while there are at most 32 and all keys are texts; undefined for none, null when they are not kept. */
	entries: Map<string, Value> | null | undefined;
}

export const NONE: Value = { kind: "none" };
export const PLAIN: Value = { kind: "plain" };
export const TEXT: Value = { kind: "text" };
export const LIST: Value = { kind: "list" };
export const SET: Value = { kind: "set" };
export const FROZENSET: Value = { kind: "frozenset" };
export const PERSISTENT: Value = { kind: "persistent" };
/** What something that was refused already gave: no second complaint about it. */
export const UNKNOWN: Value = { kind: "unknown" };
export const TUPLE: TupleValue = { kind: "tuple", items: null, flat: true };
export const EMPTY_TUPLE: TupleValue = { kind: "tuple", items: [], flat: true };
export const DICT: DictValue = { kind: "dict", entries: null };

export function kindOf(value: Value | undefined): Thing["kind"] | "number" {
	if (typeof value === "number") return "number";
	if (typeof value === "string") return "text";
	return value?.kind ?? "unknown";
}

/** Longer texts are no names. */
export const TEXT_CHARACTERS = 256;
const KEPT_ITEMS = 16;

/** A tuple whose items are kept two levels deep: a chain of tuples would hold all that it was made of. */
export function tupleOf(items: Value[]): Value {
	if (items.length > KEPT_ITEMS) return TUPLE;
	let flat = true;
	for (let index = 0; index < items.length; index++) {
		const kind = kindOf(items[index]);
		if (kind === "tuple" && !(items[index] as TupleValue).flat) items[index] = TUPLE;
		if (kind === "tuple" || kind === "dict") flat = false;
	}
	return { kind: "tuple", items, flat };
}

/** What a dict keeps of a value: no dicts, and tuples without tuples. */
export function shallow(value: Value): Value {
	const kind = kindOf(value);
	if (kind === "dict") return DICT;
	return kind === "tuple" && !(value as TupleValue).flat ? TUPLE : value;
}

export function shortText(text: string): Value {
	return text.length <= TEXT_CHARACTERS ? text : TEXT;
}
