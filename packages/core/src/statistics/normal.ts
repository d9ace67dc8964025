import { assert, assertBetween } from "./assertions.ts";
import { continuedFraction, positiveSeries } from "./series.ts";

const SQRT_PI = Math.sqrt(Math.PI);
const LN_SQRT_2_PI = 0.9189385332046728;
/** Below it 1 - erf loses no more than two digits, above it the fraction converges within 100 terms. */
const FRACTION_FROM = 2;

/**
 * ln of the standard normal distribution function at x, |x| <= 1e100: accurate (relative error about 1e-14) where the function
 * itself would be 0 or 1. Series and continued fraction of erfc, Abramowitz & Stegun 7.1.6 and 7.1.14.
 */
export function logNormalCdf(x: number): number {
	assertBetween(x, -1e100, 1e100, "x of logNormalCdf");
	const z = Math.abs(x) / Math.SQRT2;
	if (x >= 0) return Math.log1p(-0.5 * upperErfc(z));
	if (z < FRACTION_FROM) return Math.log(0.5 * upperErfc(z));
	return Math.log(0.5 * scaledErfc(z)) - z * z;
}

/**
 * The standard normal quantile: z with P(Z <= z) = p, for 0 < p < 1 down to the smallest number. Relative error about 1e-14 in the
 * lower tail. A rational starting value (Abramowitz & Stegun 26.2.23), then Newton steps on ln p, which stay exact in far tails.
 */
export function normalQuantile(p: number): number {
	assert(p > 0 && p < 1, () => `p of normalQuantile is ${p}; expected 0 < p < 1`);
	if (p > 0.5) return -normalQuantile(1 - p);
	if (p === 0.5) return 0;
	const logP = Math.log(p);
	const t = Math.sqrt(-2 * logP);
	let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
	for (let step = 0; step < 4; step++) {
		const logCdf = logNormalCdf(z);
		z -= (logCdf - logP) * Math.exp(logCdf + z * z * 0.5 + LN_SQRT_2_PI);
	}
	return z;
}

/** erfc(z) for z >= 0. */
function upperErfc(z: number): number {
	return z < FRACTION_FROM ? 1 - erf(z) : Math.exp(-z * z) * scaledErfc(z);
}

function erf(z: number): number {
	return ((2 * Math.exp(-z * z)) / SQRT_PI) * positiveSeries(z, (i) => (2 * z * z) / (2 * i + 1));
}

/** exp(z^2) erfc(z) for z >= 2. */
function scaledErfc(z: number): number {
	return continuedFraction((i) => [i === 1 ? 1 : (i - 1) / 2, z]) / SQRT_PI;
}
