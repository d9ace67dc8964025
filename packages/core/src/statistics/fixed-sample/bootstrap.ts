import { assert } from "../assertions.ts";

/**
 * Quantiles of the mean over resamples of a sample (percentile bootstrap). The caller draws the indices, so the same draw gives the
 * same interval; quantiles interpolate linearly. Source: Efron 1979.
 */
export function bootstrapMean(
	values: readonly number[],
	resamples: readonly (readonly number[])[],
	quantiles: readonly number[],
): number[] {
	assert(resamples.length > 0, () => "no resamples; expected at least 1");
	const means = resamples.map((indices) => indices.reduce((sum, index) => sum + values[index]!, 0) / indices.length);
	means.sort((a, b) => a - b);
	return quantiles.map((quantile) => {
		const at = quantile * (means.length - 1);
		const below = Math.floor(at);
		const above = Math.min(below + 1, means.length - 1);
		return means[below]! + (at - below) * (means[above]! - means[below]!);
	});
}
