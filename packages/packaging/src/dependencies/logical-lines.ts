/** What stands in a requirements file after continuations are joined and comments are gone. */
export interface LogicalLine {
	/** From 1: the physical line on which it begins. */
	readonly line: number;
	readonly text: string;
}

/** Blank lines and comments counted. */
export const MAX_LINES = 20_000;

/**
 * Joins and strips in pip's own order: first continuations, then comments. The order matters: a comment that ends in a backslash
 * swallows the next line, and a comment line that ends in one does not.
 */
export function logicalLines(text: string): LogicalLine[] {
	const found: LogicalLine[] = [];
	let begun: { line: number; parts: string[] } | undefined;
	const end = (line: number, parts: readonly string[]): void => {
		const bare = withoutComment(parts.join("")).trim();
		if (bare !== "") found.push({ line, text: bare });
	};
	for (const [index, physical] of text.split(/\r\n|\r|\n/, MAX_LINES).entries()) {
		const isComment = /^\s*#/.test(physical);
		const continues = physical.endsWith("\\") && !isComment;
		const part = continues ? physical.replace(/^\\+|\\+$/g, "") : isComment ? ` ${physical}` : physical;
		const current: { line: number; parts: string[] } = begun ?? { line: index + 1, parts: [] };
		current.parts.push(part);
		begun = continues ? current : undefined;
		if (!continues) end(current.line, current.parts);
	}
	if (begun !== undefined) end(begun.line, begun.parts);
	return found;
}

/** A `#` begins a comment at the start of a line or behind white space; elsewhere it is part of an address. */
function withoutComment(line: string): string {
	for (let at = line.indexOf("#"); at !== -1; at = line.indexOf("#", at + 1)) {
		if (at === 0 || /\s/.test(line[at - 1]!)) return line.slice(0, at);
	}
	return line;
}
