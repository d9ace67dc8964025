import type { Thresholds } from "../analysis/window.ts";
import type { ArmRoute, EndpointRoute } from "../routing/index.ts";
import { type Arm, keyOf } from "./arm.ts";
import type { RolloutEvent } from "./events.ts";
import { isOver, type RolloutState } from "./state.ts";

/** Who answers for an endpoint, folded from the events of all its rollouts. */
export interface Serving {
	readonly champion: Arm | null;
	/** The champion before, warm until `previousWarmUntilMs`. */
	readonly previous: Arm | null;
	readonly previousWarmUntilMs: number;
}

export const NOBODY: Serving = { champion: null, previous: null, previousWarmUntilMs: 0 };

/** Serving after an event of a rollout whose state, with the event, is `state`. `atMs` is when the event was written. */
export function evolveServing(serving: Serving, event: RolloutEvent, state: RolloutState, atMs: number): Serving {
	switch (event.type) {
		case "Promoted":
			return { champion: state.challenger, previous: state.champion, previousWarmUntilMs: atMs + state.keepWarmMs };
		case "RollbackBegun":
			if (!state.promoted) return serving;
			return { champion: event.data.restores, previous: null, previousWarmUntilMs: 0 };
		default:
			return serving;
	}
}

const NO_THRESHOLDS: Thresholds = { id: "none", latencyUs: [] };

/**
 * The route of an endpoint: a pure function of who serves and the rollout in progress, so that "set the weight" is idempotent by
 * construction. Null when nothing may answer yet. While a rollout compares two arms both run outside the event loop.
 */
export function routeOf(endpoint: string, serving: Serving, rollout: RolloutState | null, nowMs: number): EndpointRoute | null {
	const active = rollout !== null && !isOver(rollout) && rollout.status !== "rolling-back" ? rollout : null;
	const onTrial = active !== null && !active.promoted && active.status !== "validating" ? active : null;
	const arms = onTrial === null ? servingArms(serving, active) : trialArms(serving.champion, onTrial);
	const { previous } = serving;
	// A watch keeps the way back open, however short keep_warm is.
	const warm = previous !== null && (nowMs < serving.previousWarmUntilMs || active?.promoted === true);
	if (warm && !arms.some((arm) => arm.key === keyOf(previous))) {
		const holdback = onTrial === null ? holdbackOf(active) : 0;
		arms.push(route(previous, "previous", holdback, false, holdback > 0 ? "worker" : "loop"));
	}
	if (arms.length === 0) return null;
	return { endpoint, rollout: active?.id ?? null, arms, thresholds: rollout?.thresholds ?? NO_THRESHOLDS };
}

function trialArms(champion: Arm | null, rollout: RolloutState): ArmRoute[] {
	const { challenger, weightPercent } = rollout;
	if (champion === null) return [route(challenger, "challenger", 100, false, "worker")];
	if (keyOf(champion) === keyOf(challenger)) return [route(champion, "champion", 100, false, "worker")];
	return [
		route(champion, "champion", 100 - weightPercent, false, "worker"),
		route(challenger, "challenger", weightPercent, true, "worker"),
	];
}

function servingArms({ champion, previous }: Serving, rollout: RolloutState | null): ArmRoute[] {
	if (champion === null) return [];
	const holdback = previous !== null && keyOf(previous) !== keyOf(champion) ? holdbackOf(rollout) : 0;
	return [route(champion, "champion", 100 - holdback, false, holdback > 0 ? "worker" : "loop")];
}

function holdbackOf(rollout: RolloutState | null): number {
	return rollout?.promoted === true ? rollout.holdbackPercent : 0;
}

function route(
	arm: Arm,
	role: ArmRoute["role"],
	weightPercent: number,
	trial: boolean,
	placement: ArmRoute["placement"],
): ArmRoute {
	const { packageDigest, model, version, configuration } = arm;
	return { key: keyOf(arm), role, packageDigest, model, version, weightPercent, trial, placement, configuration };
}
