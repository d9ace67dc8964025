const TOKEN =
	/[ \t\n\r]*(?:([[\]{}:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Expecting = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end" | "nothing";

/** Where a text that JSON.parse refuses stops being JSON: an index of `text`, or its length when it ends too early. */
export function jsonErrorOffset(text: string): number {
	const open: ("[" | "{")[] = [];
	let expecting: Expecting = "value";
	let at = 0;
	const afterValue = (): Expecting => (open.length === 0 ? "nothing" : "comma-or-end");
	while (true) {
		TOKEN.lastIndex = at;
		const match = TOKEN.exec(text);
		const start = at + (/^[ \t\n\r]*/.exec(text.slice(at, at + 1_000))?.[0].length ?? 0);
		if (match === null) return start;
		const [, mark, string] = match;
		const inside = open.at(-1);
		if (mark === "[" || mark === "{") {
			if (expecting !== "value" && expecting !== "value-or-end") return start;
			open.push(mark);
			expecting = mark === "[" ? "value-or-end" : "key-or-end";
		} else if (mark === "]" || mark === "}") {
			const mayEnd = expecting === "comma-or-end" || expecting === (mark === "]" ? "value-or-end" : "key-or-end");
			if (!mayEnd || inside !== (mark === "]" ? "[" : "{")) return start;
			open.pop();
			expecting = afterValue();
		} else if (mark === ",") {
			if (expecting !== "comma-or-end") return start;
			expecting = inside === "[" ? "value" : "key";
		} else if (mark === ":") {
			if (expecting !== "colon") return start;
			expecting = "value";
		} else if (expecting === "key" || expecting === "key-or-end") {
			if (string === undefined) return start;
			expecting = "colon";
		} else if (expecting === "value" || expecting === "value-or-end") expecting = afterValue();
		else return start;
		at = TOKEN.lastIndex;
	}
}
