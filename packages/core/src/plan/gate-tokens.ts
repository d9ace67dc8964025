/** A word of a gate and where it stands; `column` counts characters from 1. */
export interface GateToken {
	readonly kind: "quoted" | "word" | "number" | "operator" | "sign" | "percent" | "other";
	readonly text: string;
	readonly column: number;
}

const TOKEN =
	/(?<quoted>"[^"]*"|'[^']*')|(?<word>[A-Za-z_][A-Za-z0-9_.]*)|(?<number>\d+(?:\.\d+)?)|(?<operator>[<>=!≤≥]+)|(?<sign>[+-])|(?<percent>%)|(?<other>\S)/gu;

/** Splits a gate into words. It never fails: what it does not know becomes a token of kind `other` for the parser to name. */
export function tokenizeGate(text: string): GateToken[] {
	const tokens: GateToken[] = [];
	for (const match of text.matchAll(TOKEN)) {
		const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0];
		tokens.push({ kind: kind as GateToken["kind"], text: match[0], column: match.index + 1 });
	}
	return tokens;
}

/** Reads tokens one by one; past the end it answers undefined and `column` points behind the last character. */
export class TokenReader {
	readonly #tokens: readonly GateToken[];
	readonly #end: number;
	#next = 0;

	constructor(text: string) {
		this.#tokens = tokenizeGate(text);
		this.#end = text.length + 1;
	}

	peek(): GateToken | undefined {
		return this.#tokens[this.#next];
	}

	take(): GateToken | undefined {
		return this.#tokens[this.#next++];
	}

	/** Takes the next token when it is this word. */
	takeWord(word: string): boolean {
		if (this.peek()?.kind !== "word" || this.peek()?.text !== word) return false;
		this.#next++;
		return true;
	}

	get column(): number {
		return this.peek()?.column ?? this.#end;
	}
}
