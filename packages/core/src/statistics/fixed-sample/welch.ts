import { assert } from "../assertions.ts";
import { incompleteBeta } from "../incomplete-beta.ts";

/** Welch's test that two samples have the same mean, variances free; at least two values each. t is above 0 when y's
 * mean is larger; p is two-sided. Source: Welch 1947. */
export function welchTest(
	x: readonly number[],
	y: readonly number[],
): { readonly t: number; readonly degrees: number; readonly p: number } {
	const a = moments(x);
	const b = moments(y);
	const spread = a.ofMean + b.ofMean;
	assert(spread > 0, () => "both samples are constant; expected some spread");
	const t = (b.mean - a.mean) / Math.sqrt(spread);
	const degrees = spread ** 2 / (a.ofMean ** 2 / (x.length - 1) + b.ofMean ** 2 / (y.length - 1));
	return { t, degrees, p: incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t ** 2)) };
}

/** The mean and the variance of its estimate. */
function moments(values: readonly number[]): { mean: number; ofMean: number } {
	assert(values.length >= 2, () => `${values.length} values; expected at least 2`);
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { mean, ofMean: squares / (values.length - 1) / values.length };
}
