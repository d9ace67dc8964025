import { isKnownWord } from "./allow-list.ts";
import { DICT, kindOf, TEXT, TUPLE, type Value } from "./pickle-value.ts";

/** Entries; 32 MB of references. */
const MAX_ENTRIES = 4 * 1024 * 1024;
/** Texts kept besides the words of the allow-list, so that a refusal can name what it met. */
const MAX_OTHER_TEXTS = 20_000;

/**
 * The memo of an unpickler, bounded: it remembers what a value is, not what it contains. Of texts it keeps each word of the allow-list,
 * for no other text can be part of an allowed name.
 */
export class PickleMemo {
	readonly #values: Value[] = [];
	#count = 0;
	#otherTexts = 0;

	/** What MEMOIZE takes as the next key. */
	get count(): number {
		return this.#count;
	}

	get(key: number): Value | undefined {
		return this.#values[key];
	}

	/** Says why it cannot: the key is taken, or too large. */
	put(key: number, value: Value): "taken" | "limit" | undefined {
		if (key >= MAX_ENTRIES) return "limit";
		if (this.#values[key] !== undefined) return "taken";
		this.#count++;
		this.#values[key] = this.forget(value);
		return undefined;
	}

	/** What is kept of a value where many are. */
	forget(value: Value): Value {
		if (typeof value === "string") return isKnownWord(value) || this.#otherTexts++ < MAX_OTHER_TEXTS ? value : TEXT;
		const kind = kindOf(value);
		return kind === "tuple" ? TUPLE : kind === "dict" ? DICT : value;
	}
}
