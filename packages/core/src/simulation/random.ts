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
	const uniform = smallFastCounting(seed);
	const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
	return {
		uniform,
		normal,
		exponential: (mean) => -mean * Math.log(1 - uniform()),
		binomial: (n, p) => binomial(uniform, n, p),
		poisson: (mean) => poisson(uniform, normal, mean),
	};
}

/**
 * A stream of 32-bit uniforms: sfc32, whose state of 128 bits keeps the streams of different seeds apart however long they are. Source:
 * Doty-Humphrey, PractRand (public domain); tested by its suite to 2^45 bytes.
 */
function smallFastCounting(seed: number): () => number {
	let a = scrambled(seed);
	let b = scrambled(a ^ seed);
	let c = scrambled(b + seed);
	let counter = 1;
	const next = (): number => {
		const sum = (a + b + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return (sum >>> 0) / 2 ** 32;
	};
	for (let i = 0; i < 12; i++) next();
	return next;
}

/** A number of 32 bits in which each bit of the seed has changed half of the others (the finaliser of MurmurHash3). */
function scrambled(seed: number): number {
	let mixed = (seed + 0x9e3779b9) | 0;
	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return mixed ^ (mixed >>> 16);
}

/** From this mean on rejection is quicker than jumping, and its squeeze holds. */
const REJECTION_FROM = 10;

/** Exact: small means by jumping from success to success, larger ones by rejection. */
function binomial(uniform: () => number, n: number, p: number): number {
	if (p <= 0 || n <= 0) return 0;
	if (p >= 1) return n;
	if (p > 0.5) return n - binomial(uniform, n, 1 - p);
	if (n * p >= REJECTION_FROM) return binomialByRejection(uniform, n, p);
	const logFailure = Math.log1p(-p);
	let successes = 0;
	let trial = Math.floor(Math.log(1 - uniform()) / logFailure);
	while (trial < n) {
		successes += 1;
		trial += 1 + Math.floor(Math.log(1 - uniform()) / logFailure);
	}
	return successes;
}

/**
 * BTRS, transformed rejection with squeeze: constant time for n p >= 10, p <= 1/2.
 * Source: Hormann, The generation of binomial random variates, J. Statist. Comput. Simul. 46 (1993).
 */
function binomialByRejection(uniform: () => number, n: number, p: number): number {
	const sd = Math.sqrt(n * p * (1 - p));
	const b = 1.15 + 2.53 * sd;
	const a = -0.0873 + 0.0248 * b + 0.01 * p;
	const c = n * p + 0.5;
	const mostAccepted = 0.92 - 4.2 / b;
	const alpha = (2.83 + 5.1 / b) * sd;
	const logOdds = Math.log(p / (1 - p));
	const mode = Math.floor((n + 1) * p);
	const atMode = stirlingTail(mode) + stirlingTail(n - mode);
	for (;;) {
		const u = uniform() - 0.5;
		const v = uniform();
		const us = 0.5 - Math.abs(u);
		const k = Math.floor(((2 * a) / us + b) * u + c);
		if (us >= 0.07 && v <= mostAccepted) return k;
		if (k < 0 || k > n) continue;
		const logRatio =
			(mode + 0.5) * Math.log((mode + 1) / (n - mode + 1)) +
			(n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
			(k + 0.5) * Math.log((n - k + 1) / (k + 1)) +
			(k - mode) * logOdds;
		if (Math.log((v * alpha) / (a / us ** 2 + b)) <= logRatio + atMode - stirlingTail(k) - stirlingTail(n - k)) return k;
	}
}

/** ln k! less its Stirling approximation, (k + 1/2) ln(k + 1) - (k + 1) + ln(2 pi) / 2. */
function stirlingTail(k: number): number {
	const known = STIRLING_TAILS[k];
	if (known !== undefined) return known;
	const square = (k + 1) ** 2;
	return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}

const STIRLING_TAILS = [
	0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.020790672103765, 0.0166446911898211, 0.0138761288230707,
	0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.0083305634333631,
] as const;

/** Exact up to a mean of 50; above it a rounded normal, whose skew is then below 0.15: it only sets how many requests come. */
function poisson(uniform: () => number, normal: () => number, mean: number): number {
	if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
	const limit = Math.exp(-mean);
	let count = 0;
	for (let product = uniform(); product > limit; product *= uniform()) count++;
	return count;
}
