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

/** How many of n succeed at rate p, drawn by jumping from success to success. */
export function binomial(uniform: () => number, n: number, p: number): number {
	if (p <= 0 || n === 0) return 0;
	if (p > 0.5) return n - binomial(uniform, n, 1 - p);
	const logMiss = Math.log1p(-p);
	const jump = () => Math.floor(Math.log(1 - uniform()) / logMiss);
	let successes = 0;
	for (let trial = jump(); trial < n; trial += 1 + jump()) successes++;
	return successes;
}
