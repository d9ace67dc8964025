import type { ChampionLatencies } from "./watched-latencies.ts";
import type { Thresholds } from "./window.ts";

/** What of a rollout's state the judge has to know; told with `tell` whenever it changes. */
export interface JudgedStage {
	readonly index: number;
	/** The challenger answers as the champion now. */
	readonly promoted: boolean;
	/** The challenger has all the traffic. */
	readonly championGone: boolean;
	readonly rolledBack: boolean;
	/** Gates that failed while the plan goes on: they stay failed and have no say any more. */
	readonly degraded: readonly string[];
	readonly thresholds: Thresholds | null;
	readonly championUs: ChampionLatencies;
}

/** What holds until something is told. */
export const FIRST_STAGE: JudgedStage = {
	index: 0,
	promoted: false,
	championGone: false,
	rolledBack: false,
	degraded: [],
	thresholds: null,
	championUs: {},
};
