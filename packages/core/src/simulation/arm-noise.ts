/** One group of answers in a block of seconds: k of n are bad. A gateway's, when noise between gateways is asked for. */
export interface NoiseShare {
	readonly k: number;
	readonly n: number;
}

/** How much the rates of groups differ in the same seconds beyond what chance does. */
export interface ArmNoise {
	/** Relative standard deviation of a group's rate: 0.3 says that rates differ by 30 % of themselves. At least 0. */
	readonly kappa: number;
	/** Upper end of a one-sided 95 % interval. */
	readonly most: number;
	/** Blocks that could say something: two groups, and two bad answers among them. */
	readonly blocks: number;
}

/** Relative noise of an arm that the judge takes for granted (kappa of statistics.md 1.1): of failed answers, and of slow ones. */
export const NOISE_TAKEN_FOR_GRANTED = { errors: 0.3, latency: 0.1 } as const;

/** Of the normal distribution, 95 % lie below this. */
const ONE_SIDED_95 = 1.645;
/** Of fewer blocks nobody knows how sure the estimate is. */
const MIN_BLOCKS = 10;

/**
 * Estimates the relative noise between groups by the method of moments, over blocks short enough that load and hiccups, which all
 * groups share, are alike in one. Given a block's total of K bad among N answers, a group's k is hypergeometric under no noise;
 * what its square residual has beyond that is kappa^2 p^2 times a known factor of the group sizes:
 *
 *     E (k - K n/N)^2 = K (n/N)(1 - n/N)(N - K)/(N - 1) + kappa^2 p^2 [n^2 (1 - n/N)^2 + (n/N)^2 (sum of the others' n^2)]
 *
 * with p^2 estimated by K(K-1)/(N(N-1)). Null when fewer than ten blocks say anything. Not for deciding: this sets what a judge
 * should take for granted (statistics.md 2.5).
 */
export function estimateArmNoise(blocks: Iterable<readonly NoiseShare[]>): ArmNoise | null {
	const parts: { readonly excess: number; readonly scale: number }[] = [];
	for (const block of blocks) {
		const part = excessOf(block.filter(({ n }) => n > 0));
		if (part !== null) parts.push(part);
	}
	if (parts.length < MIN_BLOCKS) return null;
	const scale = parts.reduce((sum, part) => sum + part.scale, 0);
	const square = parts.reduce((sum, part) => sum + part.excess, 0) / scale;
	const error = Math.sqrt(parts.reduce((sum, part) => sum + (part.excess - square * part.scale) ** 2, 0)) / scale;
	return {
		kappa: Math.sqrt(Math.max(0, square)),
		most: Math.sqrt(Math.max(0, square + ONE_SIDED_95 * error)),
		blocks: parts.length,
	};
}

/** A block's square residuals beyond chance, and what kappa^2 is multiplied with in them. Null when it says nothing. */
function excessOf(block: readonly NoiseShare[]): { readonly excess: number; readonly scale: number } | null {
	const n = block.reduce((sum, group) => sum + group.n, 0);
	const k = block.reduce((sum, group) => sum + group.k, 0);
	if (block.length < 2 || k < 2 || k >= n) return null;
	const squares = block.reduce((sum, group) => sum + group.n ** 2, 0);
	const rateSquare = (k * (k - 1)) / (n * (n - 1));
	let excess = 0;
	let scale = 0;
	for (const group of block) {
		const part = group.n / n;
		excess += (group.k - k * part) ** 2 - (k * part * (1 - part) * (n - k)) / (n - 1);
		scale += rateSquare * (group.n ** 2 * (1 - part) ** 2 + part ** 2 * (squares - group.n ** 2));
	}
	return { excess, scale };
}
