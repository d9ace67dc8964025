/** Seeded randomness for tests of the statistics; production code of core has none. */

/** A stream of uniform numbers in [0, 1) that is the same on every machine (mulberry32). */
export function seededUniforms(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A binomial count of n trials at rate p, by jumping from success to success (quick for small rates). */
export function binomial(uniform: () => number, n: number, p: number): number {
	if (p <= 0) return 0;
	if (p > 0.5) return n - binomial(uniform, n, 1 - p);
	const logFailure = Math.log1p(-p);
	let successes = 0;
	let trial = Math.floor(Math.log(1 - uniform()) / logFailure);
	while (trial < n) {
		successes += 1;
		trial += 1 + Math.floor(Math.log(1 - uniform()) / logFailure);
	}
	return successes;
}
