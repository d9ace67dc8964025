import { assertBetween } from "./assertions.ts";

const EULER_GAMMA = 0.5772156649015329;
const LN_SQRT_2_PI = 0.9189385332046728;
/** From here on Stirling's series is exact to the last bit but one. */
const STIRLING_FROM = 10;
/** Bernoulli numbers B_2n / (2n (2n - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;
/** (-1)^k (zeta(k) - 1) / k for k = 2, 3, ...: Taylor coefficients of ln gamma around 2. */
const AROUND_TWO = Array.from({ length: 32 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * zetaMinusOne(i + 2)) / (i + 2));

/**
 * ln of the gamma function for 0 < x <= 1e300, relative error below 1e-14 (also beside its zeros at 1 and 2).
 * Taylor series on [0.5, 2.5], recurrence up to 10, Stirling's series above (Abramowitz & Stegun 6.1.33, 6.1.15, 6.1.41).
 */
export function lnGamma(x: number): number {
	assertBetween(x, Number.MIN_VALUE, 1e300, "x of lnGamma");
	if (x >= STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + LN_SQRT_2_PI + stirlingRest(x);
	if (x < 0.5) return lnGammaAroundTwo(x) - Math.log1p(x) - Math.log(x);
	if (x < 1.5) return lnGammaAroundTwo(x - 1) - Math.log1p(x - 1);
	let product = 1;
	let y = x;
	while (y > 2.5) {
		y -= 1;
		product *= y;
	}
	return lnGammaAroundTwo(y - 2) + Math.log(product);
}

/**
 * ln of the beta function, a and b above 0. Formed without subtracting large ln gammas, so that the relative error stays
 * near 1e-14 for millions of requests.
 */
export function lnBeta(a: number, b: number): number {
	const small = Math.min(a, b);
	const large = Math.max(a, b);
	if (large < STIRLING_FROM) return lnGamma(small) + lnGamma(large) - lnGamma(small + large);
	const rest = stirlingRest(large) - stirlingRest(small + large);
	if (small < STIRLING_FROM) {
		return lnGamma(small) + rest + small - small * Math.log(small + large) - (large - 0.5) * Math.log1p(small / large);
	}
	return (
		LN_SQRT_2_PI -
		0.5 * Math.log(large) +
		rest +
		stirlingRest(small) +
		(small - 0.5) * Math.log(small / (small + large)) -
		large * Math.log1p(small / large)
	);
}

/** What Stirling's formula leaves out: ln gamma(x) - ((x - 1/2) ln x - x + ln sqrt(2 pi)), x >= 10. */
function stirlingRest(x: number): number {
	const inverseSquare = 1 / (x * x);
	return STIRLING.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / x;
}

/** ln gamma(2 + d) for |d| <= 0.5. */
function lnGammaAroundTwo(d: number): number {
	return d * (1 - EULER_GAMMA) + d * d * AROUND_TWO.reduceRight((sum, coefficient) => sum * d + coefficient, 0);
}

/** zeta(k) - 1: the first terms, then Euler-Maclaurin summation of the rest. */
function zetaMinusOne(k: number): number {
	const from = 50;
	let sum = 0;
	for (let n = from - 1; n >= 2; n--) sum += n ** -k;
	const integral = from ** (1 - k) / (k - 1) + from ** -k / 2;
	const first = (k * from ** (-k - 1)) / 12;
	const second = (k * (k + 1) * (k + 2) * from ** (-k - 3)) / 720;
	const third = (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * from ** (-k - 5)) / 30240;
	return sum + integral + first - second + third;
}
