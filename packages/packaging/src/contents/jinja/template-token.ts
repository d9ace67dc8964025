/** A token inside a tag of a Jinja template. */
export interface TemplateToken {
	readonly kind: "name" | "string" | "number" | "operator";
	/** Of a string what it denotes, escapes resolved. */
	readonly value: string;
	/** Offset in the template, in characters. */
	readonly at: number;
}

/** What stands between `{{` and `}}`, or between `{%` and `%}`. Text, comments and raw blocks are left out. */
export interface TemplateTag {
	readonly kind: "output" | "statement";
	readonly at: number;
	readonly tokens: readonly TemplateToken[];
}

/** Line and column, both from 1, of an offset in a text. */
export function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
	let line = 1;
	let start = 0;
	for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", start)) {
		line++;
		start = next + 1;
	}
	return { line, column: at - start + 1 };
}
