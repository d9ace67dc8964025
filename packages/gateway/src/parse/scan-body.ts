const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Every integer of fewer digits is exact as a number. */
const INEXACT_DIGITS = 16;

/** What one look at the bytes tells before anything is parsed. */
export interface BodyScan {
	/** Where nesting first goes deeper than allowed; -1 when it never does. */
	readonly tooDeepAt: number;
	/** True when a number may be an integer that would be rounded, or beyond the range of FP64. Never false when there is one. */
	readonly hasUnusualNumbers: boolean;
}

/** Brackets and digits within strings do not count. Of bytes that are no JSON it may say anything: parsing tells. */
export function scanBody(body: Buffer, maxDepth: number): BodyScan {
	let depth = 0;
	let digits = 0;
	let inFraction = false;
	let hasUnusualNumbers = false;
	for (let i = 0; i < body.length; i++) {
		const byte = body[i]!;
		if (byte >= 0x30 && byte <= 0x39) {
			if (++digits >= INEXACT_DIGITS && !inFraction) hasUnusualNumbers = true;
			continue;
		}
		digits = 0;
		// The digits of a fraction are lost to rounding as everywhere: only integers promise to be exact.
		inFraction = byte === 0x2e;
		if (byte === QUOTE) i = endOfString(body, i + 1);
		else if (byte === 0x65 || byte === 0x45) hasUnusualNumbers ||= hasLongExponent(body, i + 1);
		else if (byte === 0x5b || byte === 0x7b) {
			if (++depth > maxDepth) return { tooDeepAt: i, hasUnusualNumbers };
		} else if (byte === 0x5d || byte === 0x7d) depth--;
	}
	return { tooDeepAt: -1, hasUnusualNumbers };
}

/** The place of the closing quote, or the end of the body. */
function endOfString(body: Buffer, from: number): number {
	let i = from;
	while (i < body.length && body[i] !== QUOTE) i += body[i] === BACKSLASH ? 2 : 1;
	return i;
}

/** Three digits or more, not negative: 1e308 is the largest power that a number holds. */
function hasLongExponent(body: Buffer, from: number): boolean {
	const first = body[from] === 0x2b ? from + 1 : from;
	return isDigit(body[first]) && isDigit(body[first + 1]) && isDigit(body[first + 2]);
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
