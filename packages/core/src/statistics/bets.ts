/**
 * The bets of a compare gate. With challenger counts (k1, n1), champion counts (k0, n0) and a bet u on the challenger,
 *
 *     theta = rho n1 / (rho n1 + n0)      v = (1 - theta u) / (1 - theta) = 1 - (rho n1 / n0) (u - 1)
 *     increment = k1 ln u + k0 ln v - n1 delta (u - 1)
 *
 * has E[exp(increment)] <= 1 while p1 <= rho p0 + delta (u > 1) or p1 >= rho p0 + delta (u < 1), whatever p0 is and however
 * load moves it: the champion's unknown rate cancels window by window. A bet may use the past and, when delta is 0 and rho is 1, the sum
 * k1 + k0: given it, k1 is then hypergeometric, which a binomial count dominates (Hoeffding 1963). With another rho it is not: of one
 * failure in two requests with rates of 75 and 50 % the challenger has 3 in 4, not rho / (1 + rho) = 3 in 5, and a bet that knew of it
 * would win.
 * Source: Poisson and conditional-binomial construction of Lindon & Malek 2022 (arXiv:2011.03567), with rho and delta.
 */
export interface WindowOfTwo {
	k1: number;
	n1: number;
	k0: number;
	n0: number;
	/** Share of all failures that falls on the challenger when both arms are alike (scaled by rho). */
	theta: number;
	/** Champion's rate: long-run and fast estimates, from earlier windows. */
	slowRate: number;
	fastRate: number;
}

/** The stake u for one point g of the grid. */
export type Bet = (g: number, window: WindowOfTwo) => number;

export interface BetOptions {
	readonly rho: number;
	readonly delta: number;
	readonly alternative: "add" | "odds";
	readonly mode: "cond" | "ewma";
	readonly side: "fail" | "pass";
}

/** Pseudo requests by which the pooled rate of one window is drawn towards the long-run rate. */
const POOLED_PRIOR_REQUESTS = 50;
/** The bets stay finite however clean the champion is. */
const LOWEST_FAST_RATE = 1e-5;
/** Keeps ln v finite if rounding makes v touch 0. */
const LOWEST_CHAMPION_STAKE = 1e-12;

/** The betting rule that fits the options; grid points are excess rates (`add`, fail), unused shares of delta (`add`, pass) or odds ratios. */
export function chooseBet(options: BetOptions): Bet {
	const { rho, delta, alternative, mode, side } = options;
	if (alternative === "odds") return mode === "cond" ? betOnOddsOfTotal : betOnOddsOfPast;
	const championRate = mode === "cond" ? conditionalRate : recentRate;
	if (side === "pass") return (g, window) => 1 - (g * delta) / (championRate(g, window) * rho + delta);
	return (g, window) => {
		const expected = championRate(g, window) * rho;
		const u = stakeOf((expected + g + delta) / expected, window.theta);
		return delta > 0 ? 1 + (u - 1) * (g / (g + delta)) : u;
	};
}

/** Log evidence of one window from the stake u, before the safety bet. Needs n1 > 0 and n0 > 0. */
export function increment(u: number, rho: number, delta: number, window: WindowOfTwo): number {
	const v = 1 - ((rho * window.n1) / window.n0) * (u - 1);
	return window.k1 * Math.log(u) + window.k0 * Math.log(Math.max(v, LOWEST_CHAMPION_STAKE)) - window.n1 * delta * (u - 1);
}

/** The stake that is right when the challenger's risk is r times what the null allows. */
function stakeOf(r: number, theta: number): number {
	return r / (1 + theta * (r - 1));
}

/** Uses k1 + k0, so delta must be 0 and rho 1. */
function betOnOddsOfTotal(g: number, window: WindowOfTwo): number {
	const pooled = pooledRate(window.k1 + window.k0, window.n1 + window.n0, window.slowRate);
	return stakeOf(oddsToRiskRatio(g, pooled), window.theta);
}

function betOnOddsOfPast(g: number, window: WindowOfTwo): number {
	return stakeOf(oddsToRiskRatio(g, window.fastRate), window.theta);
}

/**
 * The champion's rate if g were the true excess: in a hiccup of both arms this bet shrinks itself. Uses k1 + k0, so delta must be 0 and
 * rho 1.
 */
function conditionalRate(g: number, window: WindowOfTwo): number {
	return Math.max(window.slowRate, (window.k1 + window.k0 - g * window.n1) / (window.n1 + window.n0));
}

function recentRate(_g: number, window: WindowOfTwo): number {
	return Math.max(window.fastRate, LOWEST_FAST_RATE);
}

/** Rate of k of n over both arms, drawn towards `slowRate`. */
export function pooledRate(k: number, n: number, slowRate: number): number {
	return (k + POOLED_PRIOR_REQUESTS * slowRate) / (n + POOLED_PRIOR_REQUESTS);
}

/** Risk ratio that belongs to an odds ratio at a base rate p: g / (1 - p + g p). */
export function oddsToRiskRatio(oddsRatio: number, p: number): number {
	return oddsRatio / (1 - p + oddsRatio * p);
}
