import type { Verdict } from "../kernel/index.ts";

/** What one gate says after a second, with the evidence it says it from. */
export interface GateJudgement {
	readonly gate: string;
	readonly verdict: Verdict;
	/** Over an absolute limit together with the champion: no fault of the challenger, and no proof for it either. */
	readonly championAlsoOver: boolean;
	/** One sentence a person can check. */
	readonly because: string;
	/** Natural logarithms of the e-values: `fail` side (worse than tolerated), `pass` side (within tolerance). */
	readonly logEFail: number;
	readonly logEPass: number;
	/** Answers over the limit; of a gate on means, k is 0 and n counts the outcomes. */
	readonly challenger: Share;
	readonly champion: Share;
	/** Judged seconds that brought evidence, and phi, by which that of the fail side is divided. From judge 2 on. */
	readonly seconds?: number;
	readonly dispersion?: number;
	/** Of a gate on means: the challenger's mean relative to the champion's or to the limit, less 1; null before enough is known. */
	readonly lift?: Lift | null;
	/** See BudgetShare. From judge 2 on. */
	readonly alphaSpent?: number;
	readonly thresholdNats?: number;
}

/** Share of the error budget that a gate may spend, and ln E at which it fails the rollout alone. */
export interface BudgetShare {
	readonly alphaSpent: number;
	readonly thresholdNats: number;
}

/** A relative difference of two means, the variance of its estimate, and the interval that is true at all times together. */
export interface Lift {
	readonly mean: number;
	readonly variance: number;
	readonly low: number;
	readonly high: number;
}

/** k of n. */
export interface Share {
	readonly k: number;
	readonly n: number;
}

export interface Failing {
	readonly gate: string;
	readonly jointly: boolean;
	readonly because: string;
	/** Every gate that may be called a cause when at most a share alpha of those named may be wrong (e-BH). From judge 2 on. */
	readonly causes?: readonly string[];
}

/** What is known of a rollout after one closed second. */
export interface Judgement {
	readonly second: number;
	/** Position of the evidence that closed this second. */
	readonly position: number;
	readonly gates: readonly GateJudgement[];
	/** The gate that makes the rollout fail now, alone or as the largest of the joint evidence. */
	readonly failing: Failing | null;
	/** Seconds judged in the current stage (its hold counts only these) and what the challenger answered in it. */
	readonly stageSeconds: number;
	readonly stageChallengerRequests: number;
	/** Since the rollout began, warm-up included. */
	readonly impact: { readonly challengerRequests: number; readonly challengerFailed: number };
	readonly championDisturbed: boolean;
	/** This second is part of a backlog: what is now is not known yet. */
	readonly behind: boolean;
	/** Arm keys ready on every leased gateway when the second was closed. */
	readonly readyArms: readonly string[];
	/** Since the rollback took effect, while that is being confirmed; null otherwise. */
	readonly recovery: {
		readonly seconds: number;
		readonly requests: number;
		readonly errorRatioBefore: number;
		readonly errorRatioNow: number;
		readonly latencyBack: boolean;
	} | null;
	/** Judged seconds until the slowest undecided gate in force passes at this rate; null when it cannot be said, or none is undecided. */
	readonly etaSeconds: number | null;
}
