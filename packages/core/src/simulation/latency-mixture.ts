import { logNormalCdf } from "../statistics/index.ts";

/** Shares of lognormal parts: most answers are quick, a few take the slow path. Medians in microseconds, sigmas of the logarithm. */
const PARTS = [
	{ share: 0.985, medianUs: 50_000, sigma: 0.5 },
	{ share: 0.015, medianUs: 400_000, sigma: 0.8 },
] as const;

/** P(latency > limit), for answers all `scale` times as slow as the mixture (p95 122 ms, p99 292 ms at scale 1). */
export function shareAbove(limitUs: number, scale: number): number {
	return PARTS.reduce((sum, { share, medianUs, sigma }) => {
		return sum + share * Math.exp(logNormalCdf(-Math.log(limitUs / (medianUs * scale)) / sigma));
	}, 0);
}

/** The latency at a share u (0 to 1) of answers that are `scale` times as slow as usual, in microseconds. */
export function latencyAtUs(u: number, scale: number): number {
	let low = Math.log(1);
	let high = Math.log(1e9);
	while (high - low > 1e-4) {
		const middle = (low + high) / 2;
		if (shareAbove(Math.exp(middle), scale) > 1 - u) low = middle;
		else high = middle;
	}
	return Math.exp(low);
}

/** The latency that a share `percentile` of the answers stays below, in whole microseconds. */
export function percentileUs(percentile: number): number {
	let low = 1;
	let high = 1e9;
	while (high - low > 0.5) {
		const middle = (low + high) / 2;
		if (shareAbove(middle, 1) > 1 - percentile) low = middle;
		else high = middle;
	}
	return Math.round(high);
}
