/** Code points as ranges, both ends included, sorted and apart. */
export type CharSet = readonly (readonly [from: number, to: number])[];

const LAST = 0x10ffff;
export const ANY: CharSet = [[0, LAST]];

export function charSet(ranges: CharSet): CharSet {
	const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
	const merged: [number, number][] = [];
	for (const [from, to] of sorted) {
		const last = merged.at(-1);
		if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
		else merged.push([from, to]);
	}
	return merged;
}

export function complement(set: CharSet): CharSet {
	const rest: [number, number][] = [];
	let next = 0;
	for (const [from, to] of set) {
		if (from > next) rest.push([next, from - 1]);
		next = to + 1;
	}
	if (next <= LAST) rest.push([next, LAST]);
	return rest;
}

/** Whether some character is in both. */
export function overlaps(a: CharSet, b: CharSet): boolean {
	let [i, j] = [0, 0];
	while (i < a.length && j < b.length) {
		const [left, right] = [a[i]!, b[j]!];
		if (left[0] <= right[1] && right[0] <= left[1]) return true;
		if (left[1] < right[1]) i++;
		else j++;
	}
	return false;
}

const of = (text: string): [number, number] => [text.codePointAt(0)!, text.codePointAt(text.length - 1)!];
const DIGITS: CharSet = [of("09")];
const WORD = charSet([of("az"), of("AZ"), of("09"), of("_")]);
const SPACE = charSet([
	[9, 13],
	[32, 32],
	[0xa0, 0xa0],
	[0x1680, 0x1680],
	[0x2000, 0x200a],
	[0x2028, 0x2029],
	[0x202f, 0x202f],
	[0x205f, 0x205f],
	[0x3000, 0x3000],
	[0xfeff, 0xfeff],
]);

/** What `\d`, `\W` and their like stand for; a property class such as `\p{L}` counts as every character. */
export const CLASS_ESCAPES: Readonly<Record<string, CharSet>> = {
	d: DIGITS,
	D: complement(DIGITS),
	w: WORD,
	W: complement(WORD),
	s: SPACE,
	S: complement(SPACE),
	p: ANY,
	P: ANY,
};
