import type { TemplateToken } from "./template-token.ts";

const OPENS = new Set(["(", "[", "{"]);
const CLOSES = new Set([")", "]", "}"]);
/** Words after which a bracket begins a list, not a subscript. */
const KEYWORDS = new Set(["in", "and", "or", "not", "is", "if", "else", "elif", "for", "set", "print", "return", "recursive"]);

/** The tokens of one tag, with what belongs to what: brackets are matched once. */
export class TokenList {
	readonly tokens: readonly TemplateToken[];
	/** Of an opening bracket, by index, where it closes. */
	readonly #closing = new Map<number, number>();

	constructor(tokens: readonly TemplateToken[]) {
		this.tokens = tokens;
		const open: number[] = [];
		tokens.forEach((token, index) => {
			if (token.kind !== "operator") return;
			if (OPENS.has(token.value)) open.push(index);
			else if (CLOSES.has(token.value)) this.#closing.set(open.pop()!, index);
		});
	}

	isOperator(index: number, value: string): boolean {
		const token = this.tokens[index];
		return token?.kind === "operator" && token.value === value;
	}

	/** What stands between the bracket at `index` and the one that closes it. */
	inside(index: number): TokenList {
		return new TokenList(this.tokens.slice(index + 1, this.#closing.get(index)));
	}

	/** Whether the `[` at `index` takes an item of what stands before it. */
	isSubscript(index: number): boolean {
		const before = this.tokens[index - 1];
		if (before === undefined) return false;
		if (before.kind === "operator") return CLOSES.has(before.value);
		return before.kind === "string" || (before.kind === "name" && !KEYWORDS.has(before.value));
	}

	/** The parts between the commas that are in no further bracket. */
	parts(): TemplateToken[][] {
		const parts: TemplateToken[][] = [[]];
		for (let index = 0; index < this.tokens.length; index++) {
			if (this.isOperator(index, ",")) {
				parts.push([]);
				continue;
			}
			const end = this.#closing.get(index) ?? index;
			parts.at(-1)!.push(...this.tokens.slice(index, end + 1));
			index = end;
		}
		return parts.filter((part) => part.length > 0);
	}
}
