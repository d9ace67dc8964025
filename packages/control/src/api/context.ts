import type { Actor } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";
import type { Fleet } from "../gateways/fleet.ts";
import type { Traffic } from "../gateways/traffic.ts";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { Outcomes } from "../outcomes/outcomes.ts";
import type { PackageStore } from "../packages/ports.ts";
import type { Rollouts } from "../rollouts/rollouts.ts";

/** What the routes of every noun are built on. */
export interface ControlContext {
	readonly keeper: StateKeeper;
	readonly rollouts: Rollouts;
	readonly fleet: Fleet;
	readonly traffic: Traffic;
	readonly outcomes: Outcomes;
	readonly packages: PackageStore;
	readonly clock: Clock;
	/** Something changed that the loop should look at now rather than at its next pass. */
	readonly nudge: () => void;
}

/** Hono variables: who is asking, set by the key check. */
export interface ControlEnvironment {
	Variables: { actor: Actor };
}
