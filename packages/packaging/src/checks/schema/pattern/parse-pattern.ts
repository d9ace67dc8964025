import { ANY, type CharSet, CLASS_ESCAPES, charSet, complement } from "./char-set.ts";

/** A regular expression of JavaScript with the flag `u`, reduced to what its running time depends on. */
export type PatternNode =
	| { readonly kind: "chars"; readonly set: CharSet }
	/** `^`, `$`, `\b`: takes no character. */
	| { readonly kind: "assertion"; readonly start: boolean }
	/** A lookaround: judged by itself, takes no character. */
	| { readonly kind: "look"; readonly body: PatternNode }
	| { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
	| { readonly kind: "choice"; readonly branches: readonly PatternNode[] }
	| { readonly kind: "repeat"; readonly body: PatternNode; readonly min: number; readonly max: number };

/** Why a pattern is not judged: it has a back reference, or nests beyond reason. */
export class PatternFault extends Error {}

const MAX_DEPTH = 40;

/** Reads a pattern that `new RegExp(pattern, "u")` takes. Throws PatternFault. */
export function parsePattern(pattern: string): PatternNode {
	return new Parser([...pattern]).choice(0);
}

class Parser {
	readonly #text: readonly string[];
	#at = 0;

	constructor(text: readonly string[]) {
		this.#text = text;
	}

	choice(depth: number): PatternNode {
		if (depth > MAX_DEPTH) throw new PatternFault(`groups nest deeper than ${MAX_DEPTH}`);
		const branches = [this.#sequence(depth)];
		while (this.#take("|")) branches.push(this.#sequence(depth));
		return branches.length === 1 ? branches[0]! : { kind: "choice", branches };
	}

	#sequence(depth: number): PatternNode {
		const parts: PatternNode[] = [];
		while (this.#at < this.#text.length && this.#peek() !== "|" && this.#peek() !== ")") {
			parts.push(this.#quantified(this.#atom(depth)));
		}
		return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
	}

	#atom(depth: number): PatternNode {
		const character = this.#next();
		if (character === "^") return { kind: "assertion", start: true };
		if (character === "$") return { kind: "assertion", start: false };
		if (character === ".") return { kind: "chars", set: ANY };
		if (character === "[") return { kind: "chars", set: this.#class() };
		if (character === "(") return this.#group(depth);
		if (character !== "\\") return { kind: "chars", set: one(character) };
		if (/[bB]/.test(this.#peek())) {
			this.#next();
			return { kind: "assertion", start: false };
		}
		if (/[1-9k]/.test(this.#peek())) throw new PatternFault("it has a back reference");
		return { kind: "chars", set: this.#escape() };
	}

	#group(depth: number): PatternNode {
		let look = false;
		if (this.#take("?")) {
			const behind = this.#take("<");
			const sign = this.#next();
			look = sign === "=" || sign === "!";
			if (behind && !look) while (this.#next() !== ">");
			if (!behind && !look && sign !== ":") throw new PatternFault("it has flags of its own");
		}
		const body = this.choice(depth + 1);
		this.#take(")");
		return look ? { kind: "look", body } : body;
	}

	#class(): CharSet {
		const negated = this.#take("^");
		const ranges: (readonly [number, number])[] = [];
		let property = false;
		while (this.#at < this.#text.length && this.#peek() !== "]") {
			property ||= this.#peek() === "\\" && /[pP]/.test(this.#text[this.#at + 1] ?? "");
			const from = this.#classAtom();
			if (this.#peek() === "-" && this.#text[this.#at + 1] !== "]" && from.length === 1 && from[0]![0] === from[0]![1]) {
				this.#next();
				const to = this.#classAtom();
				ranges.push([from[0]![0], to.at(-1)?.[1] ?? from[0]![0]]);
			} else ranges.push(...from);
		}
		this.#take("]");
		const set = charSet(ranges);
		// What a property class leaves out is not known here.
		if (property) return ANY;
		return negated ? complement(set) : set;
	}

	#classAtom(): CharSet {
		const character = this.#next();
		if (character !== "\\") return one(character);
		if (this.#take("b")) return [[8, 8]];
		return this.#escape();
	}

	/** After the backslash. */
	#escape(): CharSet {
		const character = this.#next();
		const known = CLASS_ESCAPES[character];
		if (known !== undefined) {
			if (/[pP]/.test(character)) while (this.#next() !== "}");
			return known;
		}
		const control = { t: 9, n: 10, v: 11, f: 12, r: 13, "0": 0 }[character];
		if (control !== undefined) return [[control, control]];
		if (character === "c") return code(this.#next().codePointAt(0)! % 32);
		if (character === "x") return code(Number.parseInt(this.#next() + this.#next(), 16));
		if (character !== "u") return one(character);
		if (!this.#take("{")) return code(Number.parseInt([1, 2, 3, 4].map(() => this.#next()).join(""), 16));
		let digits = "";
		while (this.#peek() !== "}") digits += this.#next();
		this.#next();
		return code(Number.parseInt(digits, 16));
	}

	#quantified(body: PatternNode): PatternNode {
		const bounds = this.#quantifier();
		if (bounds === undefined) return body;
		this.#take("?");
		return { kind: "repeat", body, ...bounds };
	}

	#quantifier(): { min: number; max: number } | undefined {
		if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
		if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
		if (this.#take("?")) return { min: 0, max: 1 };
		if (!this.#take("{")) return undefined;
		let text = "";
		while (this.#peek() !== "}") text += this.#next();
		this.#next();
		const [min = "", max = min] = text.split(",");
		return { min: Number(min), max: max === "" ? Number.POSITIVE_INFINITY : Number(max) };
	}

	#peek(): string {
		return this.#text[this.#at] ?? "";
	}

	#next(): string {
		if (this.#at >= this.#text.length) throw new PatternFault("it ends in the middle");
		return this.#text[this.#at++]!;
	}

	#take(character: string): boolean {
		if (this.#text[this.#at] !== character) return false;
		this.#at++;
		return true;
	}
}

function one(character: string): CharSet {
	return code(character.codePointAt(0)!);
}

function code(value: number): CharSet {
	return Number.isNaN(value) ? ANY : [[value, value]];
}
