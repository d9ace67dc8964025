import type { JsonScanner, JsonSink } from "./json-scanner.ts";

/** A token and where it stands in the file; `start` is -1 where it stands nowhere by itself. */
export interface LargestId {
	readonly id: number;
	readonly start: number;
	readonly end: number;
}

/** Collects ids while a file streams by. */
export interface VocabularySink extends JsonSink {
	readonly model: string;
	readonly entries: number;
	readonly added: number;
	readonly largest: LargestId | null;
	readonly isVocabulary: boolean;
	/** What a file of this kind must hold. */
	readonly wanted: string;
}

abstract class Collector implements VocabularySink {
	model = "";
	entries = 0;
	added = 0;
	largest: LargestId | null = null;
	isVocabulary = false;
	abstract readonly wanted: string;
	readonly #holder: { readonly scanner?: JsonScanner };
	protected keyStart = -1;
	protected keyEnd = -1;

	constructor(holder: { readonly scanner?: JsonScanner }) {
		this.#holder = holder;
	}

	abstract open(isList: boolean): void;
	abstract close(): void;
	abstract wants(isKey: boolean): boolean;
	abstract key(text: string): void;
	abstract value(value: string | number | boolean | null | undefined): void;

	protected get scanner(): JsonScanner {
		return this.#holder.scanner!;
	}

	protected take(id: number, start: number, end: number): void {
		if (id > (this.largest?.id ?? -1)) this.largest = { id, start, end };
	}
}

/** `{ "token": id, ... }`. */
export class TokenMapSink extends Collector {
	readonly wanted = "one object with ids by token is expected";

	open(isList: boolean): void {
		if (this.scanner.depth === 1 && !isList) this.isVocabulary = true;
	}

	close(): void {}

	wants(): boolean {
		return false;
	}

	key(): void {
		this.keyStart = this.scanner.textStart;
		this.keyEnd = this.scanner.textEnd;
	}

	value(value: string | number | boolean | null | undefined): void {
		if (this.scanner.depth !== 1 || typeof value !== "number") return;
		this.entries++;
		if (value >= 0) this.take(value, this.keyStart, this.keyEnd);
	}
}

const OTHER = 0;
const VOCAB_MAP = 1;
const VOCAB_LIST = 2;
const ADDED = 3;

/** `tokenizer.json`: `model.vocab` as an object or a list of [token, score], and `added_tokens` with their ids. */
export class TokenizerSink extends Collector {
	readonly wanted = "model.vocab is expected, an object with ids by token or a list";
	/** Keys of the two outermost objects. */
	#first = "";
	#second = "";
	#third = "";
	#part = OTHER;
	#id = Number.NaN;
	#contentStart = -1;
	#contentEnd = -1;

	open(isList: boolean): void {
		const { depth } = this.scanner;
		if (this.#part === VOCAB_LIST && depth === 4) this.entries++;
		if (depth === 2 && isList && this.#first === "added_tokens") this.#part = ADDED;
		if (depth === 3 && this.#first === "model" && this.#second === "vocab") {
			this.#part = isList ? VOCAB_LIST : VOCAB_MAP;
			this.isVocabulary = true;
		}
	}

	close(): void {
		const { depth } = this.scanner;
		if (this.#part === ADDED && depth === 2) this.#addToken();
		if (this.#part === VOCAB_LIST && depth === 2) this.take(this.entries - 1, -1, -1);
		if (depth === 1 || (depth === 2 && this.#part !== ADDED)) this.#part = OTHER;
	}

	wants(isKey: boolean): boolean {
		const { depth } = this.scanner;
		if (isKey) return depth <= 2 || this.#part === ADDED;
		return depth === 2 && this.#first === "model" && this.#second === "type";
	}

	key(text: string): void {
		switch (this.scanner.depth) {
			case 1:
				this.#first = text;
				this.#second = "";
				return;
			case 2:
				this.#second = text;
				return;
			default:
				this.#third = text;
				this.keyStart = this.scanner.textStart;
				this.keyEnd = this.scanner.textEnd;
		}
	}

	value(value: string | number | boolean | null | undefined): void {
		const { depth } = this.scanner;
		if (this.#part === VOCAB_MAP) {
			if (depth !== 3 || typeof value !== "number") return;
			this.entries++;
			if (value >= 0) this.take(value, this.keyStart, this.keyEnd);
		} else if (this.#part === ADDED) {
			if (depth !== 3) return;
			if (this.#third === "id" && typeof value === "number") this.#id = value;
			else if (this.#third === "content" && value === undefined) {
				this.#contentStart = this.scanner.textStart;
				this.#contentEnd = this.scanner.textEnd;
			}
		} else if (depth === 2 && this.#first === "model" && this.#second === "type" && typeof value === "string") this.model = value;
	}

	#addToken(): void {
		this.added++;
		if (this.#id >= 0) this.take(this.#id, this.#contentStart, this.#contentEnd);
		this.#id = Number.NaN;
		this.#contentStart = -1;
		this.#contentEnd = -1;
	}
}
