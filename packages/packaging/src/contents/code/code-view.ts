/** Code as it stands, and the texts that stand in it. */
export interface CodeView {
	/** As long as the source: comments and the insides of texts are spaces, line ends stay. */
	readonly code: string;
	/** Plain texts by the offset of their first quote. */
	readonly texts: ReadonlyMap<number, string>;
}

export type Language = "python" | "javascript";

/** The language of a source file by its name. */
export function languageOf(path: string): Language | undefined {
	if (/\.pyw?$/i.test(path)) return "python";
	return /\.[cm]?jsx?$/i.test(path) ? "javascript" : undefined;
}

/** After these a `/` begins a regular expression, after all else it divides. */
const BEFORE_REGEX = /(?:^|[([{,;=:?!&|+\-*%<>~^}]|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield))$/;
const MAX_TEXT_CHARS = 300;

/** Tells code from comments and texts, roughly where the source does not parse. Linear in its length. */
export function codeView(source: string, language: Language): CodeView {
	return new Viewer(source, language).view();
}

class Viewer {
	readonly #source: string;
	readonly #isPython: boolean;
	readonly #parts: string[] = [];
	readonly #texts = new Map<number, string>();
	/** Of templates whose `${` is open: how many braces are open in it. */
	readonly #braces: number[] = [];
	#from = 0;
	#at = 0;

	constructor(source: string, language: Language) {
		this.#source = source;
		this.#isPython = language === "python";
	}

	view(): CodeView {
		if (!this.#isPython && this.#source.startsWith("#!")) this.#blankTo(this.#lineEnd());
		while (this.#at < this.#source.length) this.#step();
		this.#parts.push(this.#source.slice(this.#from));
		return { code: this.#parts.join(""), texts: this.#texts };
	}

	#step(): void {
		const character = this.#source[this.#at]!;
		if (character === '"' || character === "'") this.#text(character);
		else if (this.#isPython) {
			if (character === "#") this.#blankTo(this.#lineEnd());
			else this.#at++;
		} else if (character === "`") this.#template(this.#at + 1);
		else if (character === "/") this.#slash();
		else {
			if (character === "{" && this.#braces.length > 0) this.#braces[this.#braces.length - 1]!++;
			else if (character === "}" && this.#braces.length > 0 && this.#braces[this.#braces.length - 1]!-- === 0) {
				this.#braces.pop();
				this.#template(this.#at + 1);
				return;
			}
			this.#at++;
		}
	}

	#text(quote: string): void {
		const start = this.#at;
		const long = this.#isPython && this.#source.startsWith(quote.repeat(3), start);
		const mark = long ? quote.repeat(3) : quote;
		let at = start + mark.length;
		while (at < this.#source.length && !this.#source.startsWith(mark, at)) {
			if (this.#source[at] === "\\") at++;
			else if (this.#source[at] === "\n" && !long) break;
			at++;
		}
		const end = Math.min(at, this.#source.length);
		this.#texts.set(start, this.#source.slice(start + mark.length, Math.min(end, start + MAX_TEXT_CHARS)));
		this.#at = start + mark.length;
		this.#blankTo(end);
		this.#at = Math.min(end + mark.length, this.#source.length);
	}

	/** The text of a template up to its end or the next `${`. */
	#template(from: number): void {
		let at = from;
		while (at < this.#source.length && this.#source[at] !== "`" && !this.#source.startsWith("${", at)) {
			at += this.#source[at] === "\\" ? 2 : 1;
		}
		const end = Math.min(at, this.#source.length);
		this.#at = from;
		this.#blankTo(end);
		if (this.#source[end] === "$") this.#braces.push(0);
		this.#at = end + (this.#source[end] === "$" ? 2 : 1);
	}

	#slash(): void {
		const end = this.#commentEnd() ?? this.#regexEnd();
		if (end === undefined) this.#at++;
		else this.#blankTo(end);
	}

	#commentEnd(): number | undefined {
		if (this.#source.startsWith("//", this.#at)) return this.#lineEnd();
		if (!this.#source.startsWith("/*", this.#at)) return undefined;
		const end = this.#source.indexOf("*/", this.#at + 2);
		return end === -1 ? this.#source.length : end + 2;
	}

	#regexEnd(): number | undefined {
		const before = this.#source.slice(Math.max(0, this.#at - 40), this.#at).trimEnd();
		if (!BEFORE_REGEX.test(before)) return undefined;
		let inClass = false;
		for (let at = this.#at + 1; at < this.#source.length && this.#source[at] !== "\n"; at++) {
			const character = this.#source[at];
			if (character === "\\") at++;
			else if (character === "[") inClass = true;
			else if (character === "]") inClass = false;
			else if (character === "/" && !inClass) return at + 1;
		}
		return undefined;
	}

	#lineEnd(): number {
		const end = this.#source.indexOf("\n", this.#at);
		return end === -1 ? this.#source.length : end;
	}

	/** Makes spaces of everything up to `end` but line ends. */
	#blankTo(end: number): void {
		this.#parts.push(this.#source.slice(this.#from, this.#at), this.#source.slice(this.#at, end).replace(/[^\n]/g, " "));
		this.#from = end;
		this.#at = end;
	}
}
