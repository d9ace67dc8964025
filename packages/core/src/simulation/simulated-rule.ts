import type { ArmClimate } from "./world.ts";

/** What one second of a rollout looked like to whoever judges it. */
export interface SimulatedSecond {
	/** From 0. */
	readonly second: number;
	/** The challenger's share of the traffic, 0 to 1. */
	readonly share: number;
	readonly challenger: SimulatedArm;
	readonly champion: SimulatedArm;
}

export interface SimulatedArm {
	readonly n: number;
	readonly failed: number;
	/** Answers above each of the rule's limits. */
	readonly over: readonly number[];
	/** What the answers were drawn from. */
	readonly climate: ArmClimate;
}

/** Whoever decides whether a rollout goes on: Headgate's judge, or a peer's rule in the same traffic. */
export interface SimulatedRule {
	/** Latencies whose exceedances it wants counted, ascending, in microseconds. */
	readonly latencyUs: readonly number[];
	/** The challenger's share from the next second on, where the rule sets it itself; null: the plan's. */
	readonly share?: () => number | null;
	/** Names what rolls the rollout back, or null while it goes on. */
	second(counts: SimulatedSecond): string | null;
}
