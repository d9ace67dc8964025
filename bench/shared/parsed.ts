import { NO_OBJECTIVES, type Plan, parsePlan } from "@headgate/core/plan";
import { type Change, parseChange } from "@headgate/core/simulation";

/** A bench's own stages, read as a user's are. Throws what is wrong with them. */
export function planOf(stages: readonly unknown[]): Plan {
	const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
	if (!plan.ok) throw new Error(plan.refusal.message);
	return plan.value;
}

/** `A/A`, `+1pp`, `p95+50%`. Throws what is wrong with it. */
export function changeOf(text: string): Change {
	const change = parseChange(text);
	if (!change.ok) throw new Error(change.refusal.message);
	return change.value;
}
