import { assertBetween } from "./assertions.ts";
import { lnGamma } from "./ln-gamma.ts";
import { continuedFraction, positiveSeries } from "./series.ts";

/**
 * P(X >= x) for a chi-square variable with `degrees` degrees of freedom (above 0, up to 1e6), x >= 0. Relative error about 1e-12,
 * in far tails too: the upper incomplete gamma function is formed directly (Abramowitz & Stegun 6.5.31), not as 1 minus the lower.
 */
export function chiSquareUpperTail(x: number, degrees: number): number {
	assertBetween(x, 0, 1e12, "x of chiSquareUpperTail");
	assertBetween(degrees, Number.MIN_VALUE, 1e6, "degrees of freedom");
	const a = degrees / 2;
	const y = x / 2;
	if (y === 0) return 1;
	const front = Math.exp(a * Math.log(y) - y - lnGamma(a));
	if (y < a + 1) return 1 - front * positiveSeries(1 / a, (i) => y / (a + i));
	return front * continuedFraction((i) => [i === 1 ? 1 : -(i - 1) * (i - 1 - a), y + 2 * i - 1 - a]);
}
