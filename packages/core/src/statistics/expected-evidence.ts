import type { AbsoluteOptions } from "./absolute-process.ts";
import { chooseBet, increment, type WindowOfTwo } from "./bets.ts";
import { type CompareOptions, compileCompareOptions } from "./compare-process.ts";

/** What happens in a second on average; counts need not be whole. */
export interface ExpectedCounts {
	readonly k1: number;
	readonly n1: number;
	readonly k0: number;
	readonly n0: number;
}

/** How fast evidence grows when every second is as expected, and what has to be made good first. */
export interface ExpectedGrowth {
	/** Nats a second; 0 when the evidence does not grow. */
	readonly natsPerSecond: number;
	/** ln of the number of bets and of the weight of the first start: what one right bet among them starts behind. */
	readonly headStartNats: number;
}

/**
 * The growth of the best bet of a compare gate. Tempering by `dispersion` (at least the one taken for granted, kappa) and the cap of a
 * block are in it; the chance of single seconds is not, so a crossing half the time comes about when this says.
 */
export function expectedCompareGrowth(options: CompareOptions, counts: ExpectedCounts, dispersion = 1): ExpectedGrowth {
	const config = compileCompareOptions(options);
	const { k1, n1, k0, n0 } = counts;
	if (n1 <= 0 || n0 <= 0) return { natsPerSecond: 0, headStartNats: 0 };
	const rate = Math.max(k0 / n0, 1e-6);
	const theta = (config.rho * n1) / (config.rho * n1 + n0);
	const window: WindowOfTwo = { k1, n1, k0, n0, theta, slowRate: rate, fastRate: rate };
	const bet = chooseBet(config);
	const best = Math.max(...config.grid.map((g) => increment(bet(g, window), config.rho, config.delta, window)));
	const phi = Math.max(dispersion, 1 + config.kappa ** 2 * n1 * config.blockWindows * rate);
	const natsPerSecond = Math.min(Math.max(0, best) / phi, config.capNats / config.blockWindows);
	return { natsPerSecond, headStartNats: headStart(config.grid.length, config.restarts) };
}

/** The same of an absolute gate: k1 of n1 are over its limit. */
export function expectedAbsoluteGrowth(options: AbsoluteOptions, { k1, n1 }: Pick<ExpectedCounts, "k1" | "n1">): ExpectedGrowth {
	const best = Math.max(...options.stakes.map((u) => k1 * Math.log(u) - n1 * options.tau * (u - 1)));
	return { natsPerSecond: Math.max(0, best), headStartNats: headStart(options.stakes.length, options.restarts) };
}

/** Seconds until ln E reaches a threshold; null when it never does. */
export function secondsToReach(thresholdNats: number, { natsPerSecond, headStartNats }: ExpectedGrowth): number | null {
	return natsPerSecond <= 0 ? null : Math.ceil((thresholdNats + headStartNats) / natsPerSecond);
}

/** Neighbours of the best bet win too, so that it is not as far behind as ln(bets): half of it, by the simulated medians. */
function headStart(bets: number, restarts: CompareOptions["restarts"]): number {
	const first = restarts === undefined || restarts.kind === "none" ? 1 : restarts.firstWeight;
	return 0.5 * Math.log(bets) - Math.log(first);
}
