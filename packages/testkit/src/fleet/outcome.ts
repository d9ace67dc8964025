import { Installation } from "@headgate/control";
import { nameOf } from "@headgate/core/rollout";
import type { JournalEvent } from "@headgate/protocol";

/** What an installation came to, without times, counts and how long each stage took: two runs of one story are equal in this. */
export interface Outcome {
	readonly champions: Readonly<Record<string, string | null>>;
	readonly rollouts: Readonly<
		Record<string, { readonly status: string; readonly promoted: boolean; readonly events: readonly string[] }>
	>;
	readonly quarantined: readonly string[];
	/** What happened to packages and endpoints beside rollouts, by stream. */
	readonly others: Readonly<Record<string, readonly string[]>>;
	/** Sorted: each stands here exactly as often as it was sent. */
	readonly notices: readonly string[];
}

/**
 * Verdicts are written when they change, and a stage is extended while evidence is missing: both depend on how much traffic was
 * counted, and a killed gateway takes its open second with it.
 */
const HOW_LONG_IT_TOOK = new Set(["GateJudged", "StageExtended"]);

/** @param notices ids of the notices sent, in any order. */
export function outcomeOf(events: readonly JournalEvent[], notices: readonly string[]): Outcome {
	const installation = new Installation();
	for (const event of events) installation.apply(event);
	const typesOf = (id: string) => {
		const own = events.filter((event) => event.stream === `rollout/${id}` && !HOW_LONG_IT_TOOK.has(event.type));
		return own.map((event) => (event.type === "NoticeSent" ? `NoticeSent ${noticeOf(event)}` : event.type));
	};
	return {
		champions: Object.fromEntries(
			[...installation.endpoints.values()].map(({ name, serving }) => [name, serving.champion && nameOf(serving.champion)]),
		),
		rollouts: Object.fromEntries(
			[...installation.rollouts.values()].map(({ id, status, promoted }) => [id, { status, promoted, events: typesOf(id) }]),
		),
		quarantined: [...installation.packages.values()].filter((record) => record.quarantined !== null).map(nameOfRecord),
		others: Object.fromEntries(othersOf(events)),
		notices: [...notices].sort(),
	};
}

function othersOf(events: readonly JournalEvent[]): ReadonlyMap<string, readonly string[]> {
	const others = new Map<string, string[]>();
	for (const { stream, type } of events) {
		if (/^(package|endpoint|key)\//.test(stream)) others.set(stream, [...(others.get(stream) ?? []), type]);
	}
	return others;
}

function noticeOf(event: JournalEvent): string {
	return (event.data as { data: { notice: string } }).data.notice;
}

function nameOfRecord({ name, version }: { readonly name: string; readonly version: string }): string {
	return `${name}@${version}`;
}
