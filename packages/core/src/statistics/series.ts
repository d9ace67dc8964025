const PRECISION = 5e-16;
const MOST_TERMS = 200_000;
const TINY = 1e-300;

/**
 * The continued fraction a_1 / (b_1 + a_2 / (b_2 + ...)) by the modified Lentz method; `term(i)` gives [a_i, b_i] for i = 1, 2, ...
 * Throws RangeError when 200,000 terms do not settle it, rather than returning a number that is not the answer.
 */
export function continuedFraction(term: (i: number) => readonly [a: number, b: number]): number {
	let value = TINY;
	let c = TINY;
	let d = 0;
	for (let i = 1; i <= MOST_TERMS; i++) {
		const [a, b] = term(i);
		d = awayFromZero(b + a * d);
		c = awayFromZero(b + a / c);
		d = 1 / d;
		value *= c * d;
		if (Math.abs(c * d - 1) < PRECISION) return value;
	}
	throw new RangeError(`continued fraction not settled after ${MOST_TERMS} terms`);
}

/** The sum of first + first q_1 + first q_1 q_2 + ...; `ratio(i)` gives q_i >= 0, which must fall below 1. */
export function positiveSeries(first: number, ratio: (i: number) => number): number {
	let term = first;
	let sum = first;
	for (let i = 1; i <= MOST_TERMS; i++) {
		term *= ratio(i);
		sum += term;
		if (term <= sum * PRECISION) return sum;
	}
	throw new RangeError(`series not settled after ${MOST_TERMS} terms`);
}

function awayFromZero(value: number): number {
	return Math.abs(value) < TINY ? TINY : value;
}
