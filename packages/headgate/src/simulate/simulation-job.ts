import type { Plan } from "@headgate/core/plan";
import type { Change, SimulatedRollout, TrafficScript, WorldName } from "@headgate/core/simulation";

/** One line of the table: many rollouts of one kind. */
export interface SimulationCase {
	readonly world: WorldName;
	/** As the user named it. */
	readonly rule: string;
	readonly plan: Plan;
	readonly off?: readonly string[];
	readonly requestsPerSecond: number;
	readonly change: Change;
	readonly onsetSecond: number;
	readonly durationSeconds: number;
}

/** A line of the table of recorded traffic. */
export interface TrafficCase extends TrafficScript {
	readonly rule: string;
}

/** A part of a case for one thread: one seed a rollout. */
export interface SimulationJob<Case = SimulationCase> {
	readonly caseIndex: number;
	readonly script: Case;
	readonly seeds: readonly number[];
}

export interface SimulationAnswer {
	readonly caseIndex: number;
	readonly rollouts: readonly SimulatedRollout[];
}
