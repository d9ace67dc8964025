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
	const arms: ArmRoute[] = [];
	const champion = serving.champion;
	const comparing = active !== null && active.status !== "validating" && (!active.promoted || active.holdbackPercent > 0);
	const placement = comparing ? "worker" : "loop";
	if (active !== null && !active.promoted && active.status !== "validating") {
		const { challenger, weightPercent } = active;
		if (champion !== null) arms.push(route(champion, "champion", 100 - weightPercent, false, placement));
		if (champion === null || keyOf(champion) !== keyOf(challenger)) {
			arms.push(route(challenger, "challenger", champion === null ? 100 : weightPercent, champion !== null, "worker"));
		}
	} else if (champion !== null) {
		const holdback = active?.holdbackPercent ?? 0;
		arms.push(route(champion, "champion", 100 - holdback, false, placement));
		const { previous } = serving;
		if (previous !== null && nowMs < serving.previousWarmUntilMs && keyOf(previous) !== keyOf(champion)) {
			arms.push(route(previous, "previous", holdback, false, comparing ? "worker" : "loop"));
		}
	}
	if (arms.length === 0) return null;
	return { endpoint, rollout: active?.id ?? null, arms, thresholds: rollout?.thresholds ?? NO_THRESHOLDS };
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
