import { assert, assertBetween, assertCounts } from "./assertions.ts";
import { chooseBet, increment, type WindowOfTwo } from "./bets.ts";
import { createChampionRate } from "./champion-rate.ts";
import { createDispersion } from "./dispersion.ts";
import { createEvidenceMixture, MOST_BETS } from "./evidence-mixture.ts";
import { assertRestartsBetweenBlocks, EVERY_MINUTE, type RestartOptions } from "./restarts.ts";

/**
 * The compare gate: an e-process for
 * - side `fail`, H0: p1 <= rho p0 + delta (the challenger is within tolerance), or
 * - side `pass`, H0: p1 >= rho p0 + delta (it is not).
 *
 * Under H0, P(sup over all time of E >= 1/alpha) <= alpha, for every course of the champion's rate p0 (Ville's inequality), so it
 * may be looked at after every window. Evidence of a block of windows is tempered (dispersion.ts) and capped; restarts.ts keeps it
 * quick in long lives. Formulas: bets.ts; sources: Lindon & Malek 2022, Ville 1939.
 */
export interface CompareOptions {
	/** Tolerated ratio of rates, 0.01 to 100. Default 1. */
	readonly rho?: number;
	/** Tolerated excess, absolute as a ratio, 0 to 1. Default 0. */
	readonly delta?: number;
	/** Sizes of effect that are bet on, mixed uniformly; see `chooseBet` for their meaning. */
	readonly grid: readonly number[];
	/** `add` for errors, `odds` for exceedances and conversions with a base rate of 2 % or more (needs delta 0). Default `add`. */
	readonly alternative?: "add" | "odds";
	/**
	 * Where bets take the champion's rate from: this window's total (`cond`, needs delta 0, and is exact for rho 1 alone) or the seconds before
	 * (`ewma`). Default `ewma`.
	 */
	readonly mode?: "cond" | "ewma";
	readonly side?: "fail" | "pass";
	/** Champion's rate expected before any traffic, 1e-6 to 0.5. Default 0.003. */
	readonly p0?: number;
	/** Windows whose evidence is tempered and capped together, 1 to 60. Default 5. */
	readonly blockWindows?: number;
	/** Most evidence one block may add, in nats, above 0. Larger is quicker and lets shorter bursts decide. Default 3. */
	readonly capNats?: number;
	/** Share kept out of every bet, 0.001 to 0.5: no window can destroy more than ln(1/eps) nats. Default 0.03. */
	readonly eps?: number;
	/** See `DispersionOptions`. Default 0.3 for `add`, 0.1 for `odds`. */
	readonly kappa?: number;
	/** Default: each minute for ever on the fail side, none on the pass side. */
	readonly restarts?: RestartOptions;
	/** See `DispersionOptions`. Default `ten-minutes`. */
	readonly lifetimeFit?: "forever" | "ten-minutes";
	/** `none` divides nothing (phi is 1): right for independent requests, as in tests of the test; real arms have none. Default `measured`. */
	readonly tempering?: "measured" | "none";
}

export interface CompareProcess {
	/**
	 * One window: k1 of n1 at the challenger, k0 of n0 at the champion. A window in which an arm had no traffic only lets time pass.
	 * Throws RangeError unless all are integers with 0 <= k <= n.
	 */
	update(k1: number, n1: number, k0: number, n0: number): void;
	/** ln E against the null of this side; never NaN or infinite. Crossed when >= ln(1/alpha). */
	logE(): number;
	/** The dispersion phi >= 1 that divides the evidence of the current block. */
	dispersion(): number;
}

/** Beyond this exp would overflow; far above any cap, so nothing is lost. */
const LARGEST_INCREMENT_NATS = 600;

/** Used within one call and by all processes, of which there are thousands. */
const window: WindowOfTwo = { k1: 0, n1: 0, k0: 0, n0: 0, theta: 0, slowRate: 0, fastRate: 0 };
const counted = new Float64Array(MOST_BETS);

export function createCompareProcess(options: CompareOptions): CompareProcess {
	const config = compileCompareOptions(options);
	const { rho, delta, grid, eps, blockWindows, capNats } = config;
	const bet = chooseBet(config);
	const rate = createChampionRate(config.p0);
	const dispersion = createDispersion(config);
	const mixture = createEvidenceMixture(grid.length, config.restarts);
	/** Evidence of the open block per bet. */
	const block: number[] = grid.map(() => 0);
	let windows = 0;
	let phi = 1;
	/** Asked several times between two windows; null after one. */
	let logE: number | null = null;

	function placeBets(k1: number, n1: number, k0: number, n0: number): void {
		Object.assign(window, { k1, n1, k0, n0 });
		window.theta = (rho * n1) / (rho * n1 + n0);
		window.slowRate = rate.slow();
		window.fastRate = rate.fast();
		for (let i = 0; i < block.length; i++) {
			const gain = increment(bet(grid[i]!, window), rho, delta, window);
			block[i]! += Math.log((1 - eps) * Math.exp(Math.min(gain, LARGEST_INCREMENT_NATS)) + eps);
		}
	}

	function countBlock(): Float64Array {
		for (let i = 0; i < block.length; i++) counted[i] = Math.min(block[i]! / phi, capNats);
		return counted;
	}

	/** Order matters for validity: evidence is tempered by the phi, and bets use the rates, known before this window. */
	function take(k1: number, n1: number, k0: number, n0: number): void {
		mixture.beginWindow(windows);
		if (n1 > 0) placeBets(k1, n1, k0, n0);
		windows += 1;
		const blockEnds = windows % blockWindows === 0;
		if (blockEnds) {
			mixture.add(countBlock());
			block.fill(0);
		}
		dispersion.observe(k1, n1, k0, n0, rate.slow(), windows);
		if (blockEnds && config.tempering === "measured") phi = dispersion.closeBlock(rate.slow(), windows);
		rate.observe(k0, n0, windows);
	}

	return {
		update(k1, n1, k0, n0) {
			assertCounts(k1, n1, "the challenger");
			assertCounts(k0, n0, "the champion");
			logE = null;
			if (n1 > 0 && n0 > 0) take(k1, n1, k0, n0);
			else take(0, 0, 0, 0);
		},
		logE: () => {
			logE ??= mixture.logE(countBlock());
			return logE;
		},
		dispersion: () => phi,
	};
}

/** Fills in the defaults. Throws RangeError for options that would not be a test. */
export function compileCompareOptions(options: CompareOptions): Required<CompareOptions> {
	const { alternative = "add", side = "fail" } = options;
	const config: Required<CompareOptions> = {
		rho: 1,
		delta: 0,
		alternative,
		mode: "ewma",
		side,
		p0: 0.003,
		blockWindows: 5,
		capNats: 3,
		eps: 0.03,
		kappa: alternative === "add" ? 0.3 : 0.1,
		restarts: side === "fail" ? EVERY_MINUTE : { kind: "none" },
		lifetimeFit: "ten-minutes",
		tempering: "measured",
		...options,
	};
	assertBetween(config.rho, 0.01, 100, "rho");
	assertBetween(config.delta, 0, 1, "delta");
	assertBetween(config.p0, 1e-6, 0.5, "p0");
	assertBetween(config.eps, 0.001, 0.5, "eps");
	assertBetween(config.kappa, 0, 10, "kappa");
	assertBetween(config.capNats, 0.01, LARGEST_INCREMENT_NATS, "capNats");
	assert(
		Number.isInteger(config.blockWindows) && config.blockWindows >= 1 && config.blockWindows <= 60,
		() => `blockWindows is ${config.blockWindows}; expected an integer from 1 to 60`,
	);
	assertRestartsBetweenBlocks(config.restarts, config.blockWindows);
	assertGrid(config);
	assertBetMayUseTheTotal(config);
	return config;
}

/** Grid points must bet against the null of their side, else crossing would prove the opposite. */
function assertGrid({ grid, alternative, side }: Required<CompareOptions>): void {
	assert(grid.length > 0, () => "the grid is empty; expected at least one point");
	const [low, high] = alternative === "add" ? [0, 1] : side === "fail" ? [1, 1e3] : [0, 1];
	for (const g of grid) {
		assert(g > low && g < high, () => `grid point ${g} of a ${side} gate (${alternative}); expected ${low} < g < ${high}`);
	}
}

/** Only given k1 + k0 is the bet's expectation known, and that needs delta 0. (The reference vectors have a case with `cond` and rho 1.5.) */
function assertBetMayUseTheTotal({ delta, alternative, mode }: Required<CompareOptions>): void {
	assert(
		delta === 0 || (alternative === "add" && mode === "ewma"),
		() =>
			`delta ${delta} with alternative ${alternative} and mode ${mode}; expected alternative add and mode ewma when delta is above 0`,
	);
}
