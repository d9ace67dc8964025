/** What an endpoint promises; `objective` in a gate reads it. */
export interface Objectives {
	/** Limits in microseconds by metric name: `{latency_p99: 250000}`. */
	readonly latencyUs: Readonly<Record<string, number>>;
	/** Above 0 and below 1, or null when none is stated. */
	readonly errorRatio: number | null;
	/** Limits of quality metrics by name, on the side where harm lies: a minimum for auc, a maximum for log_loss. */
	readonly quality: Readonly<Record<string, number>>;
}

export const NO_OBJECTIVES: Objectives = { latencyUs: {}, errorRatio: null, quality: {} };

/** The limit stated for a metric, in its own unit (ratio, microseconds or number), or undefined. */
export function findObjective(objectives: Objectives, metric: string): number | undefined {
	if (metric === "error_rate") return objectives.errorRatio ?? undefined;
	const limits = metric.startsWith("latency_p") ? objectives.latencyUs : objectives.quality;
	return Object.hasOwn(limits, metric) ? limits[metric] : undefined;
}
