import { type BudgetAssessment, type GateEvidence, rejectByEValues } from "../statistics/index.ts";
import { CRASH_GATE } from "./crash-judge.ts";

/** Beyond this an e-value is infinite for all that follows from it. */
const LARGEST_LOG_E = 600;

/**
 * The gate that the rollout is said to fail by, null while it does not fail: a crash before anything else, because nothing in a plan may
 * hide or soften it.
 */
export function causeOf(budget: BudgetAssessment): string | null {
	if (!budget.crossed) return null;
	const crash = budget.shares.find((share) => share.gate === CRASH_GATE);
	return crash?.crossedAlone === true ? CRASH_GATE : (budget.largest?.gate ?? null);
}

/** The cause, and every other gate that may be named beside it when at most a share `alpha` of those named may be wrong (e-BH). */
export function causesOf(cause: string, evidence: readonly GateEvidence[], alpha: number): readonly string[] {
	const eValues = evidence.map(({ logE }) => Math.exp(Math.min(logE, LARGEST_LOG_E)));
	return [...new Set([cause, ...rejectByEValues(eValues, alpha).map((index) => evidence[index]!.gate)])];
}
