const BARE = /^(?:NaN|-?Infinity)/;

/** JSON as Python's `json` reads it: NaN and Infinity are numbers, and Mamba's configuration holds some. Throws SyntaxError. */
export function parseConfig(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (!text.includes("NaN") && !text.includes("Infinity")) throw error;
		return JSON.parse(withoutBareWords(text));
	}
}

function withoutBareWords(text: string): string {
	const parts: string[] = [];
	let from = 0;
	for (let at = 0; at < text.length; at++) {
		const character = text[at]!;
		if (character === '"') at = endOfString(text, at);
		else if (character === "N" || character === "I" || (character === "-" && text[at + 1] === "I")) {
			const word = BARE.exec(text.slice(at, at + 9))?.[0];
			if (word === undefined) continue;
			parts.push(text.slice(from, at), "null");
			from = at + word.length;
			at = from - 1;
		}
	}
	return parts.join("") + text.slice(from);
}

/** Where the string that begins at `at` ends: at its quote, or at the text's end. */
function endOfString(text: string, at: number): number {
	for (let end = at + 1; end < text.length; end++) {
		if (text[end] === "\\") end++;
		else if (text[end] === '"') return end;
	}
	return text.length;
}
