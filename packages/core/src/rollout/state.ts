import type { Thresholds } from "../analysis/window.ts";
import type { Verdict } from "../kernel/index.ts";
import type { Stage } from "../plan/index.ts";
import type { Arm } from "./arm.ts";
import type { RollbackBegun, RollbackConfirmed, RolledBack, RolloutStarted } from "./events.ts";

export type RolloutStatus =
	| "validating"
	| "warming"
	| "running"
	| "asking"
	| "paused"
	| "rolling-back"
	| "rolled-back"
	| "completed"
	| "refused"
	| "superseded";

/** The fold of a rollout's events. */
export interface RolloutState extends RolloutStarted {
	readonly status: RolloutStatus;
	/** Index into the plan of the stage that is entered, being warmed for, or was last entered. */
	readonly stageIndex: number;
	readonly weightPercent: number;
	readonly armsReady: boolean;
	/** How deep the pre-deploy checks read the package; null before they passed. */
	readonly checkedLevel: string | null;
	/** Every byte of the package was read and is right. */
	readonly verified: boolean;
	/** What the next stage waits for; null when for nothing but its gates. */
	readonly heldBy: string | null;
	readonly promoted: boolean;
	readonly holdbackPercent: number;
	readonly thresholds: Thresholds | null;
	readonly championUs: Readonly<Record<string, number>>;
	readonly verdicts: Readonly<Record<string, Verdict>>;
	/** Holds spent in this stage, the first included. */
	readonly holds: number;
	readonly unproven: readonly string[];
	/** What the unproven gates could have seen and what not, by gate. */
	readonly sights: Readonly<Record<string, string>>;
	readonly degraded: readonly string[];
	readonly question: string | null;
	readonly rollback:
		| (RollbackBegun & { readonly applied: RolledBack | null; readonly confirmed: RollbackConfirmed | null })
		| null;
	/** Notices that are due, by id; performed and then recorded as sent. */
	readonly noticesDue: readonly Notice[];
	readonly lastAfter: number;
}

export interface Notice {
	/** The same id whenever the same notice is computed again, so that it is sent once. */
	readonly id: string;
	readonly text: string;
}

/** Over in the sense that nothing more will be decided, except a person's rollback of a completed one. */
export function isOver(state: RolloutState): boolean {
	return ["rolled-back", "completed", "refused", "superseded"].includes(state.status);
}

export function stageOf(state: RolloutState): Stage {
	return state.plan.stages[state.stageIndex]!;
}

/** What answers now if the rollout stands as it is: the challenger once promoted and not taken back, else the champion. */
export function answering(state: RolloutState): Arm | null {
	return state.promoted && state.rollback === null ? state.challenger : state.champion;
}
