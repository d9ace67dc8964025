import { NO_OBJECTIVES, type Plan, parsePlan } from "@headgate/core/plan";
import { type Change, parseChange } from "@headgate/core/simulation";
import { accepted } from "@headgate/protocol";

export const GATE = "error_rate <= champion + 0.1pp";
const GATES = [GATE, "latency_p95 <= champion + 20%"];

/** The stages of the rollouts in the pictures: those that `headgate simulate` gives to gates without a plan. */
export function planOf(gates: readonly string[] = GATES): Plan {
	const stages = [{ canary: { weight: "10%", hold: "180s", gates } }, { canary: { weight: "50%", hold: "120s" } }, "promote"];
	return accepted(parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null }));
}

export function changeOf(text: string): Change {
	return accepted(parseChange(text));
}
