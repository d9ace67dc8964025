const SIMPLE: Readonly<Record<string, string>> = {
	n: "\n",
	r: "\r",
	t: "\t",
	a: "\x07",
	b: "\b",
	f: "\f",
	v: "\v",
	"\\": "\\",
	"'": "'",
	'"': '"',
	"\n": "",
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([^{}]{1,80})\}|(.))/gs;

/** What a string literal denotes to Jinja, which resolves Python's escapes: `\x5f`, `\137` and `\N{LOW LINE}` are all `_`. */
export function unescapePython(body: string): string {
	if (!body.includes("\\")) return body;
	return body.replace(
		ESCAPE,
		(whole, hex?: string, unicode?: string, long?: string, octal?: string, named?: string, one?: string) => {
			const digits = hex ?? unicode ?? long;
			if (digits !== undefined) return character(Number.parseInt(digits, 16));
			if (octal !== undefined) return character(Number.parseInt(octal, 8));
			if (named !== undefined) return /^low line$/i.test(named) ? "_" : "\ufffd";
			return SIMPLE[one!] ?? whole;
		},
	);
}

function character(code: number): string {
	return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}
