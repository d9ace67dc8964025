/** Where a gate may stand: on a holdout before traffic, on live traffic, or as a lasting alert. */
export type GatePlace = "evaluate" | "traffic" | "alert";

/** `ratio` is a share from 0 to 1, written in percent; `duration` is held in microseconds; `number` has no unit. */
export type MetricUnit = "ratio" | "duration" | "number";

export interface MetricRow {
	/** As written in a gate; `latency` stands for every `latency_pNN`. */
	readonly name: string;
	readonly unit: MetricUnit;
	/** The side on which the challenger does harm: `high` takes `<=`, `low` takes `>=`. */
	readonly harm: "high" | "low";
	/** Whose evidence the judge needs at the least; a bound against the champion always needs both. */
	readonly arms: "challenger" | "both";
	readonly places: readonly GatePlace[];
	/** Where it is judged already; elsewhere in `places` it is known but not available yet. */
	readonly available: readonly GatePlace[];
	/** Whether `of FIELD` follows the name. */
	readonly field: "none" | "optional" | "required";
	/** The test that judges it (statistics of the verdicts). */
	readonly judge: string;
	readonly meaning: string;
}

type Shape = Pick<MetricRow, "unit" | "harm"> & Partial<MetricRow>;

function holdoutMetric(name: string, meaning: string, shape: Shape): MetricRow {
	return {
		name,
		arms: "challenger",
		places: ["evaluate", "traffic", "alert"],
		available: [],
		field: "none",
		judge: "scores on a holdout, or labels as they come in",
		meaning,
		...shape,
	};
}

const higher: Shape = { unit: "ratio", harm: "low" };
const lower: Shape = { unit: "ratio", harm: "high" };

/** What each metric is, which way it does harm, where it may stand and what judges it. Parser and reference page read this. */
export const METRICS: readonly MetricRow[] = [
	{
		name: "error_rate",
		unit: "ratio",
		harm: "high",
		arms: "challenger",
		places: ["evaluate", "traffic", "alert"],
		available: ["traffic"],
		field: "none",
		judge: "counts of failed answers: absolute or compared with the champion's",
		meaning: "failed answers among first attempts answered or abandoned; what the caller did wrong does not count",
	},
	{
		name: "latency",
		unit: "duration",
		harm: "high",
		arms: "challenger",
		places: ["evaluate", "traffic", "alert"],
		available: ["traffic"],
		field: "none",
		judge: "counts of answers slower than the bound (exceedances), absolute or compared with the champion's",
		meaning: "last request byte read to last answer byte queued: `latency_p50` to `latency_p99`, `latency_p999`, `latency_p9999`",
	},
	{
		name: "business",
		unit: "number",
		harm: "low",
		arms: "both",
		places: ["traffic", "alert"],
		available: ["traffic"],
		field: "optional",
		judge: "means over 64 buckets of users, absolute or compared with the champion's",
		meaning: "the primary business metric, or the one named after `of`, over all requests; `<=` where its direction is down",
	},
	{
		name: "divergence",
		unit: "ratio",
		harm: "high",
		arms: "both",
		places: ["evaluate", "traffic"],
		available: [],
		field: "optional",
		judge: "counts of differing answers to the same request",
		meaning: "answers that differ from the champion's answer to the same request",
	},
	{
		name: "psi",
		unit: "number",
		harm: "high",
		arms: "both",
		places: ["evaluate", "traffic", "alert"],
		available: [],
		field: "required",
		judge: "distance between two distributions",
		meaning: "population stability index of one field",
	},
	holdoutMetric("accuracy", "right answers among all", { ...higher, available: ["traffic"] }),
	holdoutMetric("auc", "area under the ROC curve", higher),
	holdoutMetric("pr_auc", "area under the precision-recall curve", higher),
	holdoutMetric("precision", "right among those called positive", higher),
	holdoutMetric("recall", "found among the truly positive", higher),
	holdoutMetric("f1", "harmonic mean of precision and recall", higher),
	holdoutMetric("brier", "mean squared error of the probabilities", { ...lower, available: ["traffic"] }),
	holdoutMetric("calibration_error", "distance of stated from observed probabilities", lower),
	holdoutMetric("log_loss", "cross entropy of the probabilities", { unit: "number", harm: "high" }),
	holdoutMetric("rmse", "root mean squared error", { unit: "number", harm: "high", available: ["traffic"] }),
	holdoutMetric("mae", "mean absolute error", { unit: "number", harm: "high", available: ["traffic"] }),
	holdoutMetric("r2", "explained variance", { unit: "number", harm: "low" }),
	holdoutMetric("demographic_parity_ratio", "lowest by highest rate of positive answers among groups", {
		...higher,
		field: "optional",
		judge: "rates by protected group",
	}),
	holdoutMetric("equal_opportunity_difference", "largest difference in recall among groups", {
		...lower,
		field: "optional",
		judge: "rates by protected group",
	}),
];

const byName = new Map(METRICS.map((row) => [row.name, row]));

/** The row of a metric as written in a gate (`error_rate`, `latency_p95`, `auc`), or undefined when there is none. */
export function findMetric(word: string): MetricRow | undefined {
	if (parsePercentile(word) !== undefined) return byName.get("latency");
	return word === "latency" ? undefined : byName.get(word);
}

/** The words a mistyped metric may have meant. */
export const METRIC_WORDS: readonly string[] = METRICS.flatMap((row) =>
	row.name === "latency" ? ["latency_p50", "latency_p90", "latency_p95", "latency_p99", "latency_p999"] : [row.name],
);

/** Reads `latency_p95` as 0.95 and `latency_p999` as 0.999; undefined below p50, for p100 and for anything else. */
export function parsePercentile(word: string): number | undefined {
	const digits = /^latency_p([5-9]\d|99[1-9]|99\d[1-9])$/.exec(word)?.[1];
	return digits === undefined ? undefined : Number(`0.${digits}`);
}

/** Writes 0.95 as `latency_p95`. */
export function latencyName(percentile: number): string {
	return `latency_p${String(percentile).slice(2).padEnd(2, "0")}`;
}
