const WORDS = /example|your|placeholder|dummy|redacted|changeme|insert|replace|sample|secret_?key|test_?key|xxxx|\*\*\*/i;
const ROWS = "0123456789012345 abcdefghijklmnopqrstuvwxyz 9876543210 qwertyuiop".split(" ");
const MIN_ROW = 8;

/**
 * Whether what follows a secret's prefix was written to show its form: words such as EXAMPLE, one letter again and again, the alphabet,
 * or too few different characters to be random.
 */
export function isPlaceholder(body: string): boolean {
	if (isExample(body)) return true;
	const lower = body.toLowerCase();
	if (ROWS.some((row) => hasRow(lower, row))) return true;
	return new Set(lower).size < Math.min(9, body.length / 2);
}

/** Whether words such as EXAMPLE or one letter again and again say that it stands for another value. */
export function isExample(body: string): boolean {
	return WORDS.test(body) || /(.)\1{4}/.test(body);
}

/** Whether eight characters of a row stand side by side. */
function hasRow(text: string, row: string): boolean {
	for (let at = 0; at + MIN_ROW <= row.length; at++) if (text.includes(row.slice(at, at + MIN_ROW))) return true;
	return false;
}

/** Whether a text mixes what random ones mix: tokens do, words of a program with a common prefix do not. */
export function looksRandom(body: string): boolean {
	return /[A-Z]/.test(body) && /[a-z]/.test(body) && /\d/.test(body);
}
