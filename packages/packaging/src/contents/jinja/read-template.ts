import { HeadgateError } from "@headgate/protocol";
import { unescapePython } from "./python-string.ts";
import { placeIn, type TemplateTag, type TemplateToken } from "./template-token.ts";

const RAW = /\{%[-+]?\s*raw\s*[-+]?%\}/y;
const ENDRAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
const SPACE = /\s+/y;
const NUMBER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?/y;
const NAME = /[\p{L}\p{N}\p{M}_]+/uy;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
/** Each level is looked at again by the levels around it. */
const MAX_BRACKETS = 100;
const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/**
 * The tags of a Jinja template with their tokens, by the rules of Jinja 3's own lexer: strings may hold `}}`, brackets balance before a
 * tag ends, nothing in comments and raw blocks counts. Linear in the template's length. Throws HeadgateError `template.malformed`.
 */
export function readTemplate(text: string, name: string): TemplateTag[] {
	const tags: TemplateTag[] = [];
	let at = 0;
	for (let open = text.indexOf("{", at); open !== -1; open = text.indexOf("{", at)) {
		const mark = text[open + 1];
		if (mark === "#") {
			const end = text.indexOf("#}", open + 2);
			if (end === -1) throw malformed(text, name, open, "a comment is never closed");
			at = end + 2;
		} else if (mark === "%" || mark === "{") {
			const raw = mark === "%" ? match(RAW, text, open) : undefined;
			if (raw !== undefined) at = afterRaw(text, name, open, raw.length);
			else {
				const tag = new TagReader(text, name, open);
				tags.push({ kind: mark === "%" ? "statement" : "output", at: open, tokens: tag.tokens });
				at = tag.end;
			}
		} else at = open + 1;
	}
	return tags;
}

class TagReader {
	readonly tokens: TemplateToken[] = [];
	readonly end: number;

	constructor(text: string, name: string, open: number) {
		const close = text[open + 1] === "%" ? "%}" : "}}";
		const brackets: string[] = [];
		let at = open + 2;
		if (text[at] === "-" || text[at] === "+") at++;
		for (;;) {
			at += match(SPACE, text, at)?.length ?? 0;
			if (at >= text.length) throw malformed(text, name, open, `a tag is never closed with ${close}`);
			if (brackets.length === 0) {
				const signed = text[at] === "-" || text[at] === "+" ? 1 : 0;
				if (text.startsWith(close, at + signed)) {
					this.end = at + signed + 2;
					return;
				}
			}
			const token = text[at] === "'" || text[at] === '"' ? stringAt(text, name, at) : plainAt(text, name, at);
			this.tokens.push({ kind: token.kind, value: token.value, at });
			if (token.kind === "operator") balance(brackets, token.value, text, name, at);
			at += token.length;
		}
	}
}

interface Lexeme {
	readonly kind: TemplateToken["kind"];
	readonly value: string;
	readonly length: number;
}

function stringAt(text: string, name: string, at: number): Lexeme {
	const quote = text[at];
	for (let end = at + 1; end < text.length; end++) {
		if (text[end] === "\\") end++;
		else if (text[end] === quote) return { kind: "string", value: unescapePython(text.slice(at + 1, end)), length: end + 1 - at };
	}
	throw malformed(text, name, at, "a string is never closed");
}

function plainAt(text: string, name: string, at: number): Lexeme {
	const number = match(NUMBER, text, at);
	if (number !== undefined) return { kind: "number", value: number.replaceAll("_", ""), length: number.length };
	const word = match(NAME, text, at);
	if (word !== undefined) return { kind: "name", value: word, length: word.length };
	const operator = match(OPERATOR, text, at);
	if (operator !== undefined) return { kind: "operator", value: operator, length: operator.length };
	throw malformed(
		text,
		name,
		at,
		`the character U+${text.codePointAt(at)!.toString(16).toUpperCase().padStart(4, "0")} stands in a tag`,
	);
}

function balance(brackets: string[], value: string, text: string, name: string, at: number): void {
	if (value === "(" || value === "[" || value === "{") {
		if (brackets.push(value) > MAX_BRACKETS)
			throw malformed(text, name, at, `more than ${MAX_BRACKETS} brackets inside each other`);
	} else if (CLOSES[value] !== undefined && brackets.pop() !== CLOSES[value]) {
		throw malformed(text, name, at, `a '${value}' closes nothing`);
	}
}

function afterRaw(text: string, name: string, open: number, length: number): number {
	ENDRAW.lastIndex = open + length;
	if (ENDRAW.exec(text) === null) throw malformed(text, name, open, "a raw block is never closed");
	return ENDRAW.lastIndex;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
	pattern.lastIndex = at;
	return pattern.exec(text)?.[0];
}

function malformed(text: string, name: string, at: number, what: string): HeadgateError {
	const { line, column } = placeIn(text, at);
	return new HeadgateError("template.malformed", `${name}, line ${line}, column ${column}: ${what}`);
}
