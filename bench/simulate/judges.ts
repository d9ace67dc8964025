import { ALPHA_FAIL } from "@headgate/core/statistics";
import type { SimulationCase } from "headgate/simulate";

/** A case that may be judged by somebody else than this release's judge over the plan: by the broken judge, or by a peer's rule. */
export interface JudgedCase extends SimulationCase {
	readonly judgedBy?: string;
}

/** A judge that spends twenty times the error budget it may: a bench that lets it pass shows nothing. */
export const BROKEN = "alpha x 20";
export const BROKEN_ALPHA = 20 * ALPHA_FAIL;
