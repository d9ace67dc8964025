/** A small seeded generator: the same seed gives the same mutation, on every machine. */
export interface Random {
	/** An integer in [0, below). */
	below(limit: number): number;
	pick<T>(values: readonly T[]): T;
}

export function seededRandom(seed: number): Random {
	let state = (seed ^ 0x9e37_79b9) >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b_79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number): number => Math.floor(next() * limit);
	return { below, pick: (values) => values[below(values.length)]! };
}
