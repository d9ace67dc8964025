import { percentilesMissing } from "../analysis/watched-latencies.ts";
import { isOver, type Notice, type RolloutState } from "./state.ts";
import { isVerificationDue } from "./verification.ts";

/**
 * What is left to be done in the world. Derived from the state, not remembered: what is done is recorded by an event, and with it the
 * effect leaves this list (measuring goes on as long as the arms are compared). A process killed between doing and recording does it
 * again; every effect is idempotent.
 */
export type Effect =
	| { readonly kind: "check-package"; readonly digest: string; readonly championDigest: string | null }
	| { readonly kind: "verify-package"; readonly digest: string }
	| { readonly kind: "await-arms" }
	| { readonly kind: "measure-thresholds"; readonly percentiles: readonly number[] }
	| { readonly kind: "await-route" }
	| { readonly kind: "send-notice"; readonly notice: Notice }
	| { readonly kind: "quarantine"; readonly digest: string; readonly because: string };

/**
 * The thresholds are taken again when the champion turns out this much faster than they say. A percentile that is too high costs power,
 * one that is too low does not (statistics.md 1.3); taking them again is valid because they count only what comes after.
 */
export const FASTER_BY = 0.8;

/** Champion requests needed before a percentile is taken from its latency sketch (statistics.md 3). */
export const REQUESTS_FOR_THRESHOLDS = 2_000;

/** @param quarantined whether the challenger's package is already in quarantine. */
export function effectsOf(state: RolloutState, quarantined: boolean): readonly Effect[] {
	const effects: Effect[] = state.noticesDue.map((notice) => ({ kind: "send-notice", notice }));
	const { challenger, champion, rollback } = state;
	if (state.checkedLevel !== null && isVerificationDue(state) && !isOver(state) && state.status !== "rolling-back") {
		effects.push({ kind: "verify-package", digest: challenger.packageDigest });
	}
	if (state.status === "validating" && state.checkedLevel === null) {
		effects.push({ kind: "check-package", digest: challenger.packageDigest, championDigest: champion?.packageDigest ?? null });
	}
	if (state.status === "warming") effects.push({ kind: "await-arms" });
	if (state.status === "rolling-back") effects.push({ kind: "await-route" });
	const percentiles = percentilesMissing(state.plan, {});
	const comparing = ["running", "asking", "paused"].includes(state.status) && !state.promoted;
	if (percentiles.length > 0 && comparing) effects.push({ kind: "measure-thresholds", percentiles });
	if (state.status === "rolled-back" && rollback !== null && state.armsReady && !quarantined) {
		effects.push({ kind: "quarantine", digest: challenger.packageDigest, because: rollback.because });
	}
	return effects;
}
