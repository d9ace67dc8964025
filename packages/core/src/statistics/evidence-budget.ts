import { assert } from "./assertions.ts";
import { logSumExp } from "./log-sum-exp.ts";

/**
 * The error budget that the gates of one rollout share. The rollout fails when sum_m w_m E_m >= 1/alpha: a weighted average of
 * e-values is an e-value under any dependence, so gates may watch the same trouble. Gates of one class share its weight equally;
 * the weight of a class without gates stays unspent (which errs on the safe side). Promotion needs every pass side to cross by
 * itself, an intersection-union test, so pass sides need no correction. Source: Vovk & Wang 2021 (AoS 49).
 */
export type GateClass = "errors" | "latency" | "business" | "crash";

/** Share of the budget each class has; together 1. */
export const CLASS_WEIGHTS: Readonly<Record<GateClass, number>> = { errors: 0.35, latency: 0.35, business: 0.2, crash: 0.1 };
/** Probability that a sound challenger is rolled back in a whole rollout is at most this. */
export const ALPHA_FAIL = 0.005;
/** Probability that a gate passes a challenger beyond its tolerance is at most this, per gate. */
export const ALPHA_PASS = 0.05;
/** ln E at which a pass side has proven its gate: about 3.0 nats. */
export const PASS_THRESHOLD_NATS = Math.log(1 / ALPHA_PASS);

export interface GateEvidence {
	readonly gate: string;
	readonly class: GateClass;
	/** ln E of the fail side. */
	readonly logE: number;
}

export interface GateShare {
	readonly gate: string;
	/** w_m, 0 to 1. */
	readonly weight: number;
	/** ln E at which this gate fails the rollout alone: ln(1/(alpha w_m)). */
	readonly thresholdNats: number;
	/** ln(w_m E_m): what the gate contributes. */
	readonly logWeighted: number;
	readonly crossedAlone: boolean;
}

export interface BudgetAssessment {
	/** ln of the weighted sum; -Infinity without gates. */
	readonly logSum: number;
	/** The sum has reached 1/alpha: the rollout fails. */
	readonly crossed: boolean;
	/** Crossed although no gate would have done so alone. */
	readonly jointly: boolean;
	/** The gate with the largest contribution, named as the cause; undefined without gates. Of equals the first. */
	readonly largest: GateShare | undefined;
	/** In the order of the gates given. */
	readonly shares: readonly GateShare[];
}

/** Assesses the fail sides of all gates together. `alpha` in (0, 1). Throws RangeError on a logE that is NaN or +Infinity. */
export function assessBudget(gates: readonly GateEvidence[], alpha: number = ALPHA_FAIL): BudgetAssessment {
	assert(alpha > 0 && alpha < 1, () => `alpha is ${alpha}; expected 0 < alpha < 1`);
	const shares = gates.map((gate) => shareOf(gate, gates, alpha));
	const logSum = logSumExp(shares.map((share) => share.logWeighted));
	const crossedAlone = shares.some((share) => share.crossedAlone);
	const crossed = crossedAlone || logSum >= Math.log(1 / alpha);
	return { logSum, crossed, jointly: crossed && !crossedAlone, largest: largestOf(shares), shares };
}

function shareOf(gate: GateEvidence, gates: readonly GateEvidence[], alpha: number): GateShare {
	assert(
		gate.logE < Number.POSITIVE_INFINITY,
		() => `logE of gate "${gate.gate}" is ${gate.logE}; expected a number below Infinity`,
	);
	const sharers = gates.filter((other) => other.class === gate.class).length;
	const weight = CLASS_WEIGHTS[gate.class] / sharers;
	const thresholdNats = Math.log(1 / (alpha * weight));
	const logWeighted = Math.log(weight) + gate.logE;
	return { gate: gate.gate, weight, thresholdNats, logWeighted, crossedAlone: gate.logE >= thresholdNats };
}

function largestOf(shares: readonly GateShare[]): GateShare | undefined {
	const [first, ...rest] = shares;
	if (first === undefined) return undefined;
	return rest.reduce((largest, next) => (next.logWeighted > largest.logWeighted ? next : largest), first);
}
