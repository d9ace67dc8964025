import type { RolloutEvent } from "./events.ts";
import type { RolloutState } from "./state.ts";

/** The check whose deepest level reads every byte. */
const INTEGRITY_CHECK = "A04";

/**
 * Whether bytes of the challenger's package have not been read since it came in. A sample finds no bit-rot, so the rest is read while
 * the first canary runs; nobody else is answered before that is done.
 */
export function isVerificationDue(state: RolloutState): boolean {
	return state.verifyWhole === true && !state.verified && !state.off.includes(INTEGRITY_CHECK);
}

/** Weight, in percent, that a challenger may have before every byte of it was read: that of a first canary; 0 without one. */
export function weightBeforeVerified({ champion, plan }: RolloutState): number {
	const first = plan.stages.find(({ kind }) => kind === "canary" || kind === "switch" || kind === "promote");
	return champion !== null && first?.kind === "canary" && first.weightPercent < 100 ? first.weightPercent : 0;
}

/** Says once what the step at `index` waits for. */
export function awaitVerification(state: RolloutState, index: number, after: number): readonly RolloutEvent[] {
	if (state.heldBy !== null) return [];
	const reason = `only a sample of the package was read so far (${state.checkedLevel}); every byte must be right before it gets more traffic`;
	return [{ type: "VerificationAwaited", after, data: { index, reason } }];
}
