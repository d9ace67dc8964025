/** Users are spread over this many buckets, by a hash of their sticky key; a request without one gets a random bucket. */
export const USER_BUCKETS = 64;

/** Sums of values are counted in millionths, as whole numbers: they merge exactly. */
export const MILLIONTHS = 1_000_000;

/**
 * What became known of an endpoint's predictions, in one batch: integer sums, so that batches merge exactly. Attributed to the arm and
 * the second of the prediction, whenever the outcome came.
 */
export interface OutcomesReceived {
	readonly kind: "outcomes";
	/** Rises with each batch of an endpoint; one that is handed in again (a crash between doing and recording) counts once. */
	readonly batch: number;
	readonly counts: readonly OutcomeCount[];
}

/** Outcomes of one kind for the predictions that one arm made in one second for one bucket of users. */
export type OutcomeCount = LabelCount | MetricCount;

interface OfPredictions {
	/** Control's clock, whole seconds: when the predictions were asked for. */
	readonly second: number;
	/** Key of the arm that answered. */
	readonly arm: string;
	/** 0 to USER_BUCKETS - 1. */
	readonly bucket: number;
	/** Outcomes; at least 1. */
	readonly n: number;
}

/** True answers beside the predicted ones. Errors are of numbers (predicted - true) and 0 where either is none. */
export interface LabelCount extends OfPredictions {
	readonly of: "label";
	/** Predictions that were not the true answer. */
	readonly wrong: number;
	/** Sum of |error|, in millionths. */
	readonly absoluteError: number;
	/** Sum of error squared, in millionths. */
	readonly squaredError: number;
}

/** Values of a business metric. */
export interface MetricCount extends OfPredictions {
	readonly of: "metric";
	/** As the endpoint declares it in `business_metrics`. */
	readonly metric: string;
	/** Sum of the values, in millionths; a rate counts 0 and 1. */
	readonly sum: number;
}
