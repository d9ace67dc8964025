/** No verdict but the crash gate's from an arm's first seconds on a gateway: caches are cold. */
export const WARM_UP_SECONDS = { crash: 2, errors: 10, latency: 15 } as const;
export type WarmthClass = keyof typeof WARM_UP_SECONDS;

/** Counts of one arm, summed over the gateways that count for a class of gates. */
export interface MergedCounts {
	readonly n: number;
	readonly failed: number;
	readonly over: readonly number[];
}

/** One second (or the part of it under one table and one set of thresholds) of champion and challenger over all gateways. */
export interface MergedWindow {
	readonly second: number;
	readonly revision: number;
	readonly thresholds: string;
	/**
	 * By class: gateways whose challenger is past that class's warm-up; while none is, all of them, and the counts are not `warm`.
	 * Absent when no gateway counts.
	 */
	readonly classes: Readonly<Partial<Record<WarmthClass, ClassPair>>>;
	/** Requests by user on all gateways, as outcomes come from all of them; null where nobody counted. */
	readonly users: ByUser | null;
	/** Who won the lottery on the gateways where both arms are ready; null when none was held there. */
	readonly lottery: Lottery | null;
	/** Some gateway had the challenger in its route and ready. */
	readonly challengerRouted: boolean;
	/** Every request of either arm, warm or not. */
	readonly all: Pair;
}

export interface Pair {
	readonly challenger: MergedCounts;
	readonly champion: MergedCounts;
}

/** Requests by user bucket, USER_BUCKETS numbers an arm. */
export interface ByUser {
	readonly challenger: readonly number[];
	readonly champion: readonly number[];
}

export interface Lottery extends ByUser {
	/** The challenger's share, 0 to 1. */
	readonly split: number;
}

export interface ClassPair extends Pair {
	readonly warm: boolean;
}
