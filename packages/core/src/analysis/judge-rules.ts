/** Version of the arithmetic that judges; written into every rollout, so that an old one is replayed by the judge that judged it. */
export const JUDGE_VERSION = 2;

/** What the versions of the judge do differently. A change of any verdict is a new row, never an edit of an old one. */
export interface JudgeRules {
	/** Evidence of an arm's first seconds counts once they are over (warm-up-proof.ts); else it is left out. */
	readonly warmUpCounts: boolean;
	/** A gate may fail while the champion is disturbed; it may pass in neither. Else it is silent both ways. */
	readonly failsWhileDisturbed: boolean;
	/** The split of the traffic is checked. */
	readonly checksSplit: boolean;
	/** A failed rollout names every gate that may be called a cause (causes.ts), not only the largest. */
	readonly namesCauses: boolean;
	/**
	 * Bets of a gate on a multiple of the champion's error rate know the window's total. It is no test then (bets.ts), but it is what judge 1
	 * decided by.
	 */
	readonly ratiosKnowTotal: boolean;
	/** Verdicts carry what it takes to calculate them again: shares of alpha, dispersion, seconds. */
	readonly keepsRecord: boolean;
}

const RULES: Readonly<Record<number, JudgeRules>> = {
	1: {
		...{ warmUpCounts: false, failsWhileDisturbed: false, checksSplit: false },
		...{ namesCauses: false, ratiosKnowTotal: true, keepsRecord: false },
	},
	2: {
		...{ warmUpCounts: true, failsWhileDisturbed: true, checksSplit: true },
		...{ namesCauses: true, ratiosKnowTotal: false, keepsRecord: true },
	},
};

/** Throws for a version that this release does not know: it must not judge by other rules and call it a replay. */
export function rulesOf(version: number): JudgeRules {
	const rules = RULES[version];
	if (rules !== undefined) return rules;
	throw new Error(`judge version ${version} is not known here; this release knows ${Object.keys(RULES).join(", ")}`);
}
