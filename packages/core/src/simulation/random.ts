/** Seeded chance for simulations: the same seed gives the same traffic on every machine. Nothing that decides may use it. */
export interface Random {
	/** Uniform in [0, 1). */
	uniform(): number;
	/** Standard normal. */
	normal(): number;
	/** Exponential with this mean, above 0. */
	exponential(mean: number): number;
	/** How many of n trials succeed, each with probability p. */
	binomial(n: number, p: number): number;
	/** How many events happen where `mean` are expected. */
	poisson(mean: number): number;
}

export function seededRandom(seed: number): Random {
	const uniform = mulberry32(seed);
	const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
	return {
		uniform,
		normal,
		exponential: (mean) => -mean * Math.log(1 - uniform()),
		binomial: (n, p) => binomial(uniform, n, p),
		poisson: (mean) => poisson(uniform, normal, mean),
	};
}

/** A stream of 32-bit uniforms; period 2^32. */
function mulberry32(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Exact, by jumping from success to success: time grows with n p. */
function binomial(uniform: () => number, n: number, p: number): number {
	if (p <= 0 || n <= 0) return 0;
	if (p >= 1) return n;
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

/** Exact up to a mean of 50; above it a rounded normal, whose skew is then below 0.15: it only sets how many requests come. */
function poisson(uniform: () => number, normal: () => number, mean: number): number {
	if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
	const limit = Math.exp(-mean);
	let count = 0;
	for (let product = uniform(); product > limit; product *= uniform()) count++;
	return count;
}
