import { logNormalCdf } from "../statistics/index.ts";

/** Shares of lognormal parts: most answers are quick, a few take the slow path. Medians in microseconds, sigmas of the logarithm. */
const PARTS = [
	{ share: 0.985, medianUs: 50_000, sigma: 0.5 },
	{ share: 0.015, medianUs: 400_000, sigma: 0.8 },
] as const;

/** The table spans 1 us to 1,000 s; linear between points this close errs by less than 1e-6 of all answers and stays monotone. */
const LOWEST_LOG_US = 0;
const HIGHEST_LOG_US = Math.log(1e9);
const POINTS = 8_192;
const STEPS_PER_LOG_US = (POINTS - 1) / (HIGHEST_LOG_US - LOWEST_LOG_US);
const SHARES = Float64Array.from({ length: POINTS }, (_, i) => exactShareAbove(LOWEST_LOG_US + i / STEPS_PER_LOG_US));

/**
 * P(latency > limit), for answers all `scale` times as slow as the mixture (p95 122 ms, p99 292 ms at scale 1). Read from a table, because
 * worlds ask for it at every limit of every second.
 */
export function shareAbove(limitUs: number, scale: number): number {
	const at = (Math.log(limitUs / scale) - LOWEST_LOG_US) * STEPS_PER_LOG_US;
	if (at <= 0) return SHARES[0]!;
	if (at >= POINTS - 1) return SHARES[POINTS - 1]!;
	const below = Math.floor(at);
	return SHARES[below]! + (at - below) * (SHARES[below + 1]! - SHARES[below]!);
}

/** The same calculated, for a limit given as the logarithm of microseconds. */
export function exactShareAbove(logUs: number): number {
	let sum = 0;
	for (const { share, medianUs, sigma } of PARTS) sum += share * Math.exp(logNormalCdf((Math.log(medianUs) - logUs) / sigma));
	return sum;
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
