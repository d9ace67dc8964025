import { type BusinessMetrics, NO_OBJECTIVES, type Plan, parsePlan } from "@headgate/core/plan";
import { type Change, parseChange } from "@headgate/core/simulation";
import { accepted } from "@headgate/protocol";

/** A bench's own stages, read as a user's are; gates may name these business metrics. Throws what is wrong with them. */
export function planOf(stages: readonly unknown[], businessMetrics: BusinessMetrics = {}): Plan {
	return accepted(parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null, businessMetrics }));
}

/** `A/A`, `+1pp`, `p95+50%`. Throws what is wrong with it. */
export function changeOf(text: string): Change {
	return accepted(parseChange(text));
}
