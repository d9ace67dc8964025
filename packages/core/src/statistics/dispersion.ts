import { oddsToRiskRatio, pooledRate } from "./bets.ts";

/**
 * Tempering: evidence of a block is divided by a dispersion phi >= 1 that was known before the block. Real arms are noisier than
 * independent requests; phi is the measured ratio of squared residuals to binomial variance, over blocks of 5 and 15 windows.
 * Dividing keeps exact validity (Jensen: E[X^(1/phi)] <= (E X)^(1/phi)).
 *
 * A residual is the smallest against three explanations of the block: both arms alike, the excess fitted over the gate's life,
 * the excess fitted with a half-life of 10 windows. Together with winsorising this keeps a regression that begins late from
 * being mistaken for noise, so none of the three may be dropped.
 */
export interface Dispersion {
	/** One window's counts, the champion's long-run rate before it, and how many windows there have been, this one included. */
	observe(k1: number, n1: number, k0: number, n0: number, slowRate: number, windows: number): void;
	/** Closes an evidence block: phi for the next one, from everything observed so far. */
	closeBlock(slowRate: number, windows: number): number;
}

export interface DispersionOptions {
	readonly alternative: "add" | "odds";
	/** Relative noise of an arm's rate that is taken for granted, >= 0: 0.3 for errors, 0.1 for exceedances, 0 for the crash gate. */
	readonly kappa: number;
	/**
	 * What the life-long fit becomes after 5 minutes. `forever`: all windows weigh the same, which stops following after hours.
	 * `ten-minutes`: a half-life of 600 windows.
	 */
	readonly lifetimeFit: "forever" | "ten-minutes";
}

const BLOCKS = [
	{ windows: 5, largestSquare: 40 },
	{ windows: 15, largestSquare: 30 },
] as const;
/** Blocks' worth of "no overdispersion" that is believed beforehand. */
const PRIOR_BLOCKS = 4;
/** How many standard errors of the estimate are given to the benefit of "no overdispersion". */
const SLACK = 0.5;
const FAST_HALF_LIFE_WINDOWS = 10;
const LIFETIME_WINDOWS = 300;
const LATE_KEEP = 0.5 ** (1 / 600);

/** k1, n1, k0, n0 summed or averaged over some span. */
interface Sums {
	k1: number;
	n1: number;
	k0: number;
	n0: number;
}

interface BlockTrack {
	readonly windows: number;
	readonly largestSquare: number;
	readonly block: Sums;
	readonly recent: Sums;
	squares: number;
	weight: number;
}

export function createDispersion(options: DispersionOptions): Dispersion {
	const lifetime = noCounts();
	const tracks: readonly BlockTrack[] = BLOCKS.map((block) => ({
		...block,
		block: noCounts(),
		recent: noCounts(),
		squares: 0,
		weight: 0,
	}));
	const fittedShare = options.alternative === "add" ? shareByExcess : shareByOdds;
	let challengerRequests = 0;

	return {
		observe(k1, n1, k0, n0, slowRate, windows) {
			if (options.lifetimeFit === "ten-minutes" && windows > LIFETIME_WINDOWS) scale(lifetime, LATE_KEEP);
			add(lifetime, k1, n1, k0, n0);
			challengerRequests += n1;
			for (const track of tracks) {
				add(track.block, k1, n1, k0, n0);
				if (windows % track.windows !== 0) continue;
				follow(track.recent, track.block, 1 - 0.5 ** (track.windows / FAST_HALF_LIFE_WINDOWS));
				measure(track, lifetime, slowRate, fittedShare);
				scale(track.block, 0);
			}
		},
		closeBlock(slowRate, windows) {
			let phi = 1 + options.kappa ** 2 * challengerRequests * slowRate;
			challengerRequests = 0;
			for (const track of tracks) if (windows >= track.windows) phi = Math.max(phi, estimate(track));
			return phi;
		},
	};
}

/** Adds one block's squared residual, in units of its binomial variance v and weighted by min(v, 1), to the track. */
function measure(track: BlockTrack, lifetime: Sums, slowRate: number, fittedShare: FittedShare): void {
	const { block } = track;
	const failures = block.k1 + block.k0;
	const equalShare = block.n1 / Math.max(block.n1 + block.n0, 1);
	let share = equalShare;
	let residual = Math.abs(block.k1 - failures * equalShare);
	for (const fit of [lifetime, track.recent]) {
		const candidate = fittedShare(fit, block, slowRate);
		const distance = Math.abs(block.k1 - failures * candidate);
		if (distance < residual) {
			residual = distance;
			share = candidate;
		}
	}
	const variance = failures * share * (1 - share);
	const weight = Math.min(variance, 1);
	track.squares += Math.min(residual ** 2 / Math.max(variance, 1e-9), track.largestSquare) * weight;
	track.weight += weight;
}

function estimate(track: BlockTrack): number {
	const ratio = (track.squares + PRIOR_BLOCKS) / (track.weight + PRIOR_BLOCKS);
	return ratio / (1 + SLACK * Math.sqrt(2 / Math.max(track.weight, 1)));
}

/** Share of a block's failures expected on the challenger, if the excess seen in `fit` is real. In [0, 1]. */
type FittedShare = (fit: Sums, block: Sums, slowRate: number) => number;

const shareByExcess: FittedShare = (fit, block, slowRate) => {
	const excess = Math.max(fit.k1 / Math.max(fit.n1, 1e-9) - fit.k0 / Math.max(fit.n0, 1e-9), 0);
	const championRate = Math.max(slowRate, (block.k1 + block.k0 - excess * block.n1) / Math.max(block.n1 + block.n0, 1));
	const challenger = block.n1 * (championRate + excess);
	return challenger / Math.max(challenger + block.n0 * championRate, 1e-12);
};

const shareByOdds: FittedShare = (fit, block, slowRate) => {
	const n = Math.max(block.n1 + block.n0, 1);
	const ratio = smoothedOdds(fit.k1, fit.n1) / smoothedOdds(fit.k0, fit.n0);
	const r = oddsToRiskRatio(Math.min(Math.max(ratio, 0.2), 20), pooledRate(block.k1 + block.k0, n, slowRate));
	const equalShare = block.n1 / n;
	return (equalShare * r) / (1 + equalShare * (r - 1));
};

/** Odds of k in n with one pseudo exceedance in twenty pseudo requests. */
function smoothedOdds(k: number, n: number): number {
	return (k + 1) / Math.max(n - k + 19, 1);
}

function noCounts(): Sums {
	return { k1: 0, n1: 0, k0: 0, n0: 0 };
}

function add(sums: Sums, k1: number, n1: number, k0: number, n0: number): void {
	sums.k1 += k1;
	sums.n1 += n1;
	sums.k0 += k0;
	sums.n0 += n0;
}

function scale(sums: Sums, factor: number): void {
	sums.k1 *= factor;
	sums.n1 *= factor;
	sums.k0 *= factor;
	sums.n0 *= factor;
}

/** Moves an average towards the newest block by `step` of the distance. */
function follow(average: Sums, block: Sums, step: number): void {
	average.k1 += step * (block.k1 - average.k1);
	average.n1 += step * (block.n1 - average.n1);
	average.k0 += step * (block.k0 - average.k0);
	average.n0 += step * (block.n0 - average.n0);
}
