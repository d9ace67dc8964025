import type { TemplateToken } from "./template-token.ts";

/** Statements that have an end of their own. `set` is one where it has no `=`. */
const BLOCKS = new Set(["for", "if", "macro", "call", "filter", "block", "with", "autoescape", "trans", "generation", "set"]);

interface Block {
	readonly name: string;
	readonly at: number;
	/** How often what stands inside runs, as far as constants tell. */
	readonly times: number;
}

/** Which blocks are open at a place of a template. */
export class TemplateBlocks {
	readonly #open: Block[] = [];

	/** How often the place where the template stands now is passed. */
	get times(): number {
		return this.#open.reduce((product, { times }) => product * times, 1);
	}

	/** The block that is still open, when there is one. */
	get unclosed(): Block | undefined {
		return this.#open.at(-1);
	}

	/** Takes the next statement; a text says why it cannot stand here. */
	enter(tokens: readonly TemplateToken[], at: number, times: number): string | undefined {
		const word = tokens[0]?.value ?? "";
		if (word.startsWith("end") && BLOCKS.has(word.slice(3))) {
			const open = this.#open.pop();
			if (open?.name === word.slice(3)) return undefined;
			return open === undefined ? `${word} closes nothing` : `${word} stands where end${open.name} is due`;
		}
		if (BLOCKS.has(word) && !(word === "set" && hasAssignment(tokens))) this.#open.push({ name: word, at, times });
		return undefined;
	}
}

/** Whether `=` stands outside all brackets. */
export function hasAssignment(tokens: readonly TemplateToken[]): boolean {
	let depth = 0;
	for (const { kind, value } of tokens) {
		if (kind !== "operator") continue;
		if (value === "(" || value === "[" || value === "{") depth++;
		else if (value === ")" || value === "]" || value === "}") depth--;
		else if (value === "=" && depth === 0) return true;
	}
	return false;
}
