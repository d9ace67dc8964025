import { assertBetween } from "../assertions.ts";
import { chiSquareUpperTail } from "../chi-square.ts";
import { lnGamma } from "../ln-gamma.ts";
import { logNormalCdf } from "../normal.ts";

/** Above it the sum has thousands of terms and the normal approximation errs by less than 1e-3 of the tail. */
const LARGE = 1e4;
const NEGLIGIBLE = 1e-17;

/**
 * P(X >= x) for a non-central chi-square variable: `degrees` of freedom, non-centrality 0 or more. A Poisson-weighted sum of central
 * tails, each from the one before it (relative error about 1e-12), the cube-root normal approximation above 1e4 (Abdel-Aty 1954).
 */
export function noncentralChiSquareUpperTail(x: number, degrees: number, noncentrality: number): number {
	assertBetween(x, 0, 1e12, "x of noncentralChiSquareUpperTail");
	assertBetween(noncentrality, 0, 1e12, "noncentrality");
	if (noncentrality === 0 || x === 0) return chiSquareUpperTail(x, degrees);
	if (noncentrality > LARGE) return normalTail(x, degrees, noncentrality);
	const half = noncentrality / 2;
	const weight = (j: number): number => Math.exp(j * Math.log(half) - half - lnGamma(j + 1));
	const mode = Math.floor(half);
	let first = mode;
	while (first > 0 && weight(first - 1) > NEGLIGIBLE) first--;
	const y = x / 2;
	// Two degrees of freedom more add one positive term to the tail: Q(a + 1, y) = Q(a, y) + y^a e^-y / Gamma(a + 1).
	let tail = chiSquareUpperTail(x, degrees + 2 * first);
	let total = 0;
	for (let j = first; j <= mode || weight(j) > NEGLIGIBLE; j++) {
		total += weight(j) * tail;
		const a = degrees / 2 + j;
		tail += Math.exp(a * Math.log(y) - y - lnGamma(a + 1));
	}
	return Math.min(1, total);
}

function normalTail(x: number, degrees: number, noncentrality: number): number {
	const mean = degrees + noncentrality;
	const f = mean ** 2 / (degrees + 2 * noncentrality);
	const z = ((x / mean) ** (1 / 3) - (1 - 2 / (9 * f))) / Math.sqrt(2 / (9 * f));
	return Math.exp(logNormalCdf(-z));
}
