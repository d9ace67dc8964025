import { isOver, type RolloutInput, type RolloutState } from "@headgate/core/rollout";
import { type Actor, HeadgateError } from "@headgate/protocol";
import type { StateKeeper } from "../installation/state-keeper.ts";
import { findEndpoint, restore } from "./deploy.ts";
import type { Rollouts } from "./rollouts.ts";

/** A person's word on a rollout. Resolves when the journal has what it led to. */
export async function command(
	keeper: StateKeeper,
	rollouts: Rollouts,
	id: string,
	input: Extract<RolloutInput, { type: "Promote" | "Pause" | "Resume" }>,
	actor: Actor,
): Promise<RolloutState> {
	return keeper.exclusively(async () => {
		await rollouts.tell(id, input, actor);
		return keeper.installation.rollouts.get(id)!;
	});
}

/**
 * Takes the endpoint back to the version before: ends the rollout in progress, or undoes the last promotion while its champion is
 * warm. A champion that is no longer warm is loaded again, by a rollout of its own. Resolves when every gateway has switched or its lease
 * has run out.
 */
export async function rollBack(
	keeper: StateKeeper,
	rollouts: Rollouts,
	endpoint: string,
	reason: string,
	actor: Actor,
): Promise<RolloutState> {
	const { id, isOver: isBack } = await keeper.exclusively(async () => {
		const record = findEndpoint(keeper.installation, endpoint);
		const newest = newestAttempt(keeper, endpoint);
		if (newest === undefined) throw new HeadgateError("rollback.nothing", `nothing has been rolled out at ${endpoint}`);
		if (newest.status === "rolling-back") return { id: newest.id, isOver: isTakenBack };
		const isPast = newest.promoted && isOver(newest) && newest.rollback === null;
		if (isPast && newest.champion !== null && record.serving.previous === null) {
			return { id: await restore(keeper, rollouts, record, newest.champion, reason, actor), isOver: isRestored };
		}
		const impact = rollouts.impactOf(newest.id);
		await rollouts.tell(newest.id, { type: "RollBack", reason, impact }, actor);
		return { id: newest.id, isOver: isTakenBack };
	});
	await settled(keeper, id, isBack);
	return keeper.installation.rollouts.get(id)!;
}

/** Rolled back; or called off, where a first version was still warming. */
function isTakenBack({ status }: RolloutState): boolean {
	return status === "rolled-back" || status === "refused";
}

/** Answering again; or refused, because what is stored of it is damaged or does not load any more. */
function isRestored({ promoted, status }: RolloutState): boolean {
	return promoted || status === "refused";
}

/** The rollout a rollback means: the newest that got past its checks. */
function newestAttempt(keeper: StateKeeper, endpoint: string): RolloutState | undefined {
	const all = [...keeper.installation.rollouts.values()].filter((state) => state.endpoint === endpoint);
	return all.findLast((state) => state.status !== "refused");
}

/** Resolves when the rollout's state satisfies `wanted`. Gives up never: leases bound a rollback, people bound the rest. */
export function settled(keeper: StateKeeper, id: string, wanted: (state: RolloutState) => boolean): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			const state = keeper.installation.rollouts.get(id);
			return state !== undefined && wanted(state);
		};
		if (done()) return resolve();
		const stop = keeper.onEvent(() => {
			if (!done()) return;
			stop();
			resolve();
		});
	});
}
