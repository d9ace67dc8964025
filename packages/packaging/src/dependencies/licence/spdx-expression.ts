import { nearestWord } from "@headgate/core/kernel";
import { printable } from "../../files/package-path.ts";
import { SPDX_EXCEPTIONS, SPDX_LICENSES } from "./spdx-ids.ts";

/** What an SPDX licence expression says, or where it stops being one. */
export type SpdxReading =
	| {
			readonly ok: true;
			/** Every licence in it, in the list's spelling. */
			readonly licenses: readonly string[];
			/** Words that the list does not know, with the nearest one it knows. */
			readonly unknown: readonly { readonly word: string; readonly nearest: string | undefined }[];
	  }
	| { readonly ok: false; readonly problem: string /** From 1. */; readonly column: number };

const MAX_LENGTH = 1_000;
const MAX_DEPTH = 32;
const MAX_UNKNOWN = 5;
const LICENSES = new Map(SPDX_LICENSES.map((id) => [id.toLowerCase(), id]));
const EXCEPTIONS = new Map(SPDX_EXCEPTIONS.map((id) => [id.toLowerCase(), id]));

interface Token {
	readonly word: string;
	readonly column: number;
}

/**
 * Reads an SPDX expression (annex D of SPDX 2.3): identifiers, `+`, `LicenseRef-...`, WITH, AND, OR and parentheses. Identifiers
 * count without regard to case, as the annex says.
 *
 * @example readSpdx("Apache-2.0 WITH LLVM-exception OR MIT").ok // true
 */
export function readSpdx(expression: string): SpdxReading {
	if (expression.length > MAX_LENGTH) return { ok: false, problem: `it is longer than ${MAX_LENGTH} characters`, column: 1 };
	const tokens = [...expression.matchAll(/[()]|[^\s()]+/g)].map(({ 0: word, index }) => ({ word, column: index + 1 }));
	const parser = new Parser(tokens, expression.length + 1);
	try {
		parser.any(0);
		parser.end();
		return { ok: true, licenses: [...parser.licenses], unknown: parser.unknown };
	} catch (error) {
		if (error instanceof SpdxFault) return { ok: false, problem: error.message, column: error.column };
		throw error;
	}
}

class SpdxFault extends Error {
	readonly column: number;
	constructor(problem: string, column: number) {
		super(problem);
		this.column = column;
	}
}

class Parser {
	readonly licenses = new Set<string>();
	readonly unknown: { word: string; nearest: string | undefined }[] = [];
	readonly #tokens: readonly Token[];
	readonly #endColumn: number;
	#at = 0;

	constructor(tokens: readonly Token[], endColumn: number) {
		this.#tokens = tokens;
		this.#endColumn = endColumn;
	}

	/** AND binds closer than OR; for the licences that stand in it the order makes no difference. */
	any(depth: number): void {
		this.#one(depth);
		while (this.#takes("AND") || this.#takes("OR")) this.#one(depth);
	}

	end(): void {
		const token = this.#tokens[this.#at];
		if (token === undefined) return;
		const what =
			token.word === ")" ? "a ')' closes nothing" : `'${printable(token.word.slice(0, 60))}' follows without AND or OR`;
		throw new SpdxFault(what, token.column);
	}

	#one(depth: number): void {
		const token = this.#tokens[this.#at++];
		if (token === undefined) throw new SpdxFault("an identifier is missing at the end", this.#endColumn);
		if (token.word === "(") {
			if (depth >= MAX_DEPTH) throw new SpdxFault("it is nested too deeply", token.column);
			this.any(depth + 1);
			if (!this.#takes(")")) throw new SpdxFault("a '(' is not closed", token.column);
			return;
		}
		if (/^(and|or|with|\))$/i.test(token.word)) {
			throw new SpdxFault(`an identifier is missing before '${token.word}'`, token.column);
		}
		this.#license(token);
		if (this.#takes("WITH")) this.#exception();
	}

	#license({ word, column }: Token): void {
		if (/^(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/.test(word)) return void this.licenses.add(word);
		if (!/^[A-Za-z0-9.-]+\+?$/.test(word)) {
			throw new SpdxFault(`'${printable(word.slice(0, 60))}' is no identifier`, column);
		}
		const known = LICENSES.get(word.toLowerCase()) ?? LICENSES.get(word.replace(/\+$/, "").toLowerCase());
		if (known === undefined) this.#strange(word, SPDX_LICENSES);
		this.licenses.add(known ?? word);
	}

	#exception(): void {
		const token = this.#tokens[this.#at++];
		if (token === undefined) throw new SpdxFault("an exception is missing behind WITH", this.#endColumn);
		if (!/^[A-Za-z0-9.-]+$/.test(token.word))
			throw new SpdxFault(`'${printable(token.word.slice(0, 60))}' is no exception`, token.column);
		if (EXCEPTIONS.has(token.word.toLowerCase()) || /^AdditionRef-/.test(token.word)) return;
		this.#strange(token.word, SPDX_EXCEPTIONS);
	}

	/** Looking for the nearest of some 700 words takes a millisecond: only the first few unknown ones are worth it. */
	#strange(word: string, known: readonly string[]): void {
		if (this.unknown.length >= MAX_UNKNOWN) return;
		this.unknown.push({ word: word.slice(0, 60), nearest: nearestWord(word.slice(0, 60), known) });
	}

	#takes(word: string): boolean {
		const token = this.#tokens[this.#at];
		if (token === undefined || (token.word !== word && token.word !== word.toLowerCase())) return false;
		this.#at++;
		return true;
	}
}

/** The list's identifier for a word as people write it (`apache-2.0`); undefined when the list has none. */
export function spdxId(word: string): string | undefined {
	return LICENSES.get(word.toLowerCase());
}
