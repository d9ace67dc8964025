import type { Recorded, RolloutEvent } from "@headgate/core/rollout";
import type { Actor, JournalEvent, NewEvent } from "@headgate/protocol";

/** Cause of events that evidence led to; everything else came from outside. */
const FROM_EVIDENCE = "evidence";

/** How a rollout's events stand in the journal: `after` and `data` together are the journal's data. */
export function toJournal(event: RolloutEvent, actor: Actor, cause: string): Omit<NewEvent, "v"> {
	return { type: event.type, actor, cause, data: { after: event.after, data: event.data } };
}

export function fromEvidence(event: RolloutEvent, actor: Actor): Omit<NewEvent, "v"> {
	return toJournal(event, actor, FROM_EVIDENCE);
}

export function toRecorded(event: JournalEvent): Recorded {
	const { after, data } = event.data as { after: number; data: unknown };
	return { event: { type: event.type, after, data } as RolloutEvent, fromEvidence: event.cause === FROM_EVIDENCE };
}

export function streamOf(rollout: string): string {
	return `rollout/${rollout}`;
}
