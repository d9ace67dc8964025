/** Values of Python literals as they stand in .npy headers; a tuple and a list are both an array, a dict with text keys is a Map. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

const MAX_DEPTH = 16;
const TOKEN = /\s*(?:('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(-?\d{1,18})L?(?![\w.])|(True|False|None)\b|([()[\]{},:]))/y;

/** Reads a Python literal of texts, integers, booleans, tuples, lists and dicts; undefined for anything else, escapes in texts too. */
export function parseLiteral(text: string): Literal | undefined {
	const tokens = tokenize(text);
	if (tokens === undefined) return undefined;
	let at = 0;

	function value(depth: number): Literal | undefined {
		const token = tokens![at++];
		if (token === undefined || depth > MAX_DEPTH) return undefined;
		if (token === "(" || token === "[") return items(token === "(" ? ")" : "]", depth);
		if (token === "{") return dict(depth);
		if (typeof token === "object") return token.value;
		return undefined;
	}

	function items(close: string, depth: number): Literal | undefined {
		const found: Literal[] = [];
		let commas = 0;
		for (;;) {
			if (tokens![at] === close) {
				at++;
				// (3) is 3 and no tuple.
				return close === ")" && found.length === 1 && commas === 0 ? found[0] : found;
			}
			if (commas < found.length) return undefined;
			const item = value(depth + 1);
			if (item === undefined) return undefined;
			found.push(item);
			if (tokens![at] === ",") {
				at++;
				commas++;
			}
		}
	}

	function dict(depth: number): Literal | undefined {
		const found = new Map<string, Literal>();
		for (;;) {
			if (tokens![at] === "}") {
				at++;
				return found;
			}
			const key = value(depth + 1);
			if (typeof key !== "string" || found.has(key) || tokens![at++] !== ":") return undefined;
			const item = value(depth + 1);
			if (item === undefined) return undefined;
			found.set(key, item);
			if (tokens![at] === ",") at++;
			else if (tokens![at] !== "}") return undefined;
		}
	}

	const found = value(0);
	return at === tokens.length ? found : undefined;
}

type Token = string | { readonly value: string | number | boolean | null };

function tokenize(text: string): Token[] | undefined {
	const tokens: Token[] = [];
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < text.length) {
		const match = TOKEN.exec(text);
		if (match === null) return undefined;
		const [, quoted, number, word, mark] = match;
		if (quoted?.includes("\\") === true) return undefined;
		if (quoted !== undefined) tokens.push({ value: quoted.slice(1, -1) });
		else if (number !== undefined) tokens.push({ value: Number(number) });
		else if (word !== undefined) tokens.push({ value: word === "None" ? null : word === "True" });
		else tokens.push(mark!);
	}
	return tokens;
}
