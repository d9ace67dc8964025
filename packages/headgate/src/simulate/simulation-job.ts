import type { Plan } from "@headgate/core/plan";
import type { Change, SimulatedRollout, WorldName } from "@headgate/core/simulation";

/** One line of the table: many rollouts of one kind. */
export interface SimulationCase {
	readonly world: WorldName;
	/** As the user named it. */
	readonly rule: string;
	readonly plan: Plan;
	readonly requestsPerSecond: number;
	readonly change: Change;
	readonly onsetSecond: number;
	readonly durationSeconds: number;
	/** Who judges, when it is not the judge of this release over the plan; its worker knows the name. */
	readonly judgedBy?: string;
}

/** A part of a case for one thread: one seed a rollout. */
export interface SimulationJob {
	readonly caseIndex: number;
	readonly script: SimulationCase;
	readonly seeds: readonly number[];
}

export interface SimulationAnswer {
	readonly caseIndex: number;
	readonly rollouts: readonly SimulatedRollout[];
}
