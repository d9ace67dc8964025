/** What an arm answered within one window. All sums are integers, so merging gateways is exact. */
export interface ArmCounts {
	readonly role: ArmRole;
	/** First attempts answered or abandoned by this arm. */
	readonly n: number;
	readonly failed: FailedCounts;
	/** Exact counts of latencies above each watch threshold, in the order of `Thresholds.latencyUs`. */
	readonly over: readonly number[];
	/** Sparse log-bucket sketch of latencies in microseconds: [bucket, count] pairs, ascending buckets. */
	readonly latency: readonly (readonly [bucket: number, count: number])[];
	/** The n requests by user bucket (USER_BUCKETS numbers); absent when no lottery was held or in evidence of releases without it. */
	readonly users?: readonly number[];
}

export type ArmRole = "champion" | "challenger" | "previous";

export interface FailedCounts {
	readonly runtime: number;
	readonly timeout: number;
	readonly output: number;
	readonly reset: number;
}

/** Answers of an arm that failed, of whatever kind. */
export function failedOf({ failed }: { readonly failed: FailedCounts }): number {
	return failed.runtime + failed.timeout + failed.output + failed.reset;
}

/** Requests that say nothing of an arm: what the caller did wrong, was shed or left. */
export interface ExcludedCounts {
	readonly invalid: number;
	readonly unauthorised: number;
	readonly limited: number;
	readonly shed: number;
	readonly clientGone: number;
	readonly repeat: number;
}

/** One second (or the part of it under one table and one set of thresholds) of one endpoint on one gateway. */
export interface Window {
	readonly v: 1;
	readonly gateway: string;
	/** Random id of the gateway's process life; (gateway, boot, sequence) identifies a window. */
	readonly boot: string;
	readonly sequence: number;
	/** Control's clock, whole seconds since the epoch: the second in which the counted requests STARTED. */
	readonly second: number;
	readonly table: { readonly epoch: number; readonly revision: number };
	/** Id of the watch thresholds that `over` counts. */
	readonly thresholds: string;
	readonly endpoint: string;
	/** By arm key; only arms that were ready during the whole window. */
	readonly arms: Readonly<Record<string, ArmCounts>>;
	readonly excluded: ExcludedCounts;
	/**
	 * The challenger's share (0 to 1) in the lottery that was held during this window; null when none was (no lease, breaker open, not
	 * ready, or all traffic at one arm). Absent in evidence of releases without it.
	 */
	readonly split?: number | null;
	/** Requests this gateway could not count because a bound was reached. */
	readonly dropped: number;
}

/** Latency limits whose exceedances gateways count exactly, ascending, in microseconds; at most 8. */
export interface Thresholds {
	readonly id: string;
	readonly latencyUs: readonly number[];
}
