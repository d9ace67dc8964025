/**
 * Running estimates of the champion's rate. They only steer the bets (a bad estimate costs power, never validity) and use
 * windows before the one being judged, which keeps the bets predictable.
 */
export interface ChampionRate {
	/** Long-run mean, winsorised so that a hiccup of seconds hardly moves it. Ratio in (0, 1). */
	slow(): number;
	/** Follows within seconds (half-life 2 windows), shrunk towards `slow` by 20 pseudo requests. Ratio in (0, 1). */
	fast(): number;
	/** k of n champion requests of one window, and how many windows there have been, this one included. */
	observe(k: number, n: number, windows: number): void;
}

const FAST_STEP = 1 - 0.5 ** (1 / 2);
/** Weight, in requests, of the prior rate within the long-run mean. */
const PRIOR_REQUESTS = 300;
const FAST_PRIOR_REQUESTS = 20;

/** `priorRate`: the rate expected before any traffic, in (0, 1). */
export function createChampionRate(priorRate: number): ChampionRate {
	let slow = priorRate;
	let fast = priorRate;
	return {
		slow: () => slow,
		fast: () => fast,
		observe(k, n, windows) {
			const winsorised = Math.min(k, 3 * slow * n + 3);
			slow += (winsorised - slow * n) / (Math.max(windows * n, n) + PRIOR_REQUESTS + n);
			if (n > 0) fast += FAST_STEP * ((k + FAST_PRIOR_REQUESTS * slow) / (n + FAST_PRIOR_REQUESTS) - fast);
		},
	};
}
