import type { TemplateToken } from "./template-token.ts";

export type Constant = string | number;
/** What `{% set %}` gave to names, where that is known. */
export type Constants = ReadonlyMap<string, Constant>;

/** Above this a folded text is no longer built, only known to be too long. */
export const MAX_TEXT_CHARS = 100_000;
const MAX_DEPTH = 40;

/** A text that a template would build of constants is longer than any prompt. */
export class TooLong extends Error {}

/**
 * What an expression of literals, known names, `~`, `+`, `-`, `*`, `**` and parentheses gives; undefined when it holds anything else.
 * Throws TooLong for a text of more than 100,000 characters, never builds it.
 */
export function foldConstant(tokens: readonly TemplateToken[], constants: Constants): Constant | undefined {
	const folder = new Folder(tokens, constants);
	const value = folder.concat(0);
	return folder.at === tokens.length ? value : undefined;
}

class Folder {
	at = 0;
	readonly #tokens: readonly TemplateToken[];
	readonly #constants: Constants;

	constructor(tokens: readonly TemplateToken[], constants: Constants) {
		this.#tokens = tokens;
		this.#constants = constants;
	}

	concat(depth: number): Constant | undefined {
		return this.#chain(
			["~"],
			() => this.#sum(depth),
			(_, a, b) => joined(String(a), String(b)),
		);
	}

	#sum(depth: number): Constant | undefined {
		return this.#chain(["+", "-"], () => this.#product(depth), added);
	}

	#product(depth: number): Constant | undefined {
		return this.#chain(
			["*"],
			() => this.#power(depth),
			(_, a, b) => times(a, b),
		);
	}

	#power(depth: number): Constant | undefined {
		return this.#chain(
			["**"],
			() => this.#primary(depth),
			(_, a, b) => {
				return typeof a === "number" && typeof b === "number" ? a ** b : undefined;
			},
		);
	}

	#chain(
		operators: readonly string[],
		next: () => Constant | undefined,
		apply: (operator: string, left: Constant, right: Constant) => Constant | undefined,
	): Constant | undefined {
		let left = next();
		while (left !== undefined && this.#isOperator(operators)) {
			const operator = this.#tokens[this.at++]!.value;
			const right = next();
			left = right === undefined ? undefined : apply(operator, left, right);
		}
		return left;
	}

	#primary(depth: number): Constant | undefined {
		const token = this.#tokens[this.at];
		if (token === undefined || depth > MAX_DEPTH) return undefined;
		this.at++;
		switch (token.kind) {
			case "number":
				return Number(token.value);
			case "name":
				return this.#constants.get(token.value);
			case "string": {
				let text = token.value;
				// As in Python, literals side by side are one.
				while (this.#tokens[this.at]?.kind === "string") text = joined(text, this.#tokens[this.at++]!.value);
				return text;
			}
			default: {
				if (token.value !== "(") return undefined;
				const inner = this.concat(depth + 1);
				return this.#tokens[this.at++]?.value === ")" ? inner : undefined;
			}
		}
	}

	#isOperator(operators: readonly string[]): boolean {
		const token = this.#tokens[this.at];
		return token?.kind === "operator" && operators.includes(token.value);
	}
}

function added(operator: string, a: Constant, b: Constant): Constant | undefined {
	if (typeof a === "number" && typeof b === "number") return operator === "+" ? a + b : a - b;
	return operator === "+" && typeof a === "string" && typeof b === "string" ? joined(a, b) : undefined;
}

function times(a: Constant, b: Constant): Constant | undefined {
	if (typeof a === "number" && typeof b === "number") return a * b;
	if (typeof a === "number" && typeof b === "string") return times(b, a);
	if (typeof a !== "string" || typeof b !== "number") return undefined;
	if (a.length * b > MAX_TEXT_CHARS) throw new TooLong(`a text of ${(a.length * b).toLocaleString("en")} characters`);
	return b > 0 ? a.repeat(Math.floor(b)) : "";
}

function joined(a: string, b: string): string {
	if (a.length + b.length > MAX_TEXT_CHARS)
		throw new TooLong(`a text of more than ${MAX_TEXT_CHARS.toLocaleString("en")} characters`);
	return a + b;
}
