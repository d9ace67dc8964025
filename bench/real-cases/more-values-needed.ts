import {
	ALPHA_FAIL,
	CLASS_WEIGHTS,
	contrastLogE,
	type Group,
	type MeanEstimate,
	meanContrast,
	PASS_THRESHOLD_NATS,
	startedLogE,
} from "@headgate/core/statistics";

/** Tolerated relative difference in each direction; null where none does harm. */
export interface Tolerances {
	readonly up: number | null;
	readonly down: number | null;
}

const LEAST_VALUES = 20;
const MOST_VALUES = 1e7;

/**
 * How many values an arm would decide, and how, if all were distributed like these. Null when no number would: the means are exactly as far
 * apart as tolerated, nothing varies, or the champion's mean is 0.
 */
export function moreValuesNeeded(challenger: readonly number[], champion: readonly number[], { up, down }: Tolerances) {
	const least = Math.min(challenger.length, champion.length);
	if (least < 2) return null;
	const arms = { challenger: grouped(challenger), champion: grouped(champion), blocks: [] };
	const contrast = (harmful: 1 | -1, tolerance: number): MeanEstimate | null => {
		const seen = meanContrast(arms, 1 + harmful * tolerance, { counts: false });
		return seen === null ? null : { mean: harmful * seen.mean, variance: seen.variance * least };
	};
	const contrasts = [up === null ? null : contrast(1, up), down === null ? null : contrast(-1, down)].filter(
		(one) => one !== null,
	);
	if (contrasts.length === 0) return null;
	const verdict = contrasts.some(({ mean }) => mean > 0) ? "fail" : "pass";
	const failNats = Math.log(contrasts.length / (ALPHA_FAIL * CLASS_WEIGHTS.business));
	const decided = (n: number): boolean =>
		verdict === "fail"
			? contrasts.some(({ mean, variance }) => startedLogE([contrastLogE([{ mean, variance: variance / n }])]) >= failNats)
			: contrasts.every(({ mean, variance }) => contrastLogE([{ mean: -mean, variance: variance / n }]) >= PASS_THRESHOLD_NATS);
	if (!decided(MOST_VALUES)) return null;
	let [low, high] = [LEAST_VALUES - 1, MOST_VALUES];
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (decided(middle)) high = middle;
		else low = middle;
	}
	return { values: high, verdict } as const;
}

/** A value is a request of a user of its own. */
function grouped(values: readonly number[]): readonly Group[] {
	return values.map((value) => ({ n: 1, sum: value }));
}
