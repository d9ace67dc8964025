/** A rollout's plan: parsed, complete, without omissions. It is copied into the journal when a rollout starts. */
export interface Plan {
	/** A built-in plan's name, or `inline`. */
	readonly name: string;
	readonly stages: readonly Stage[];
}

export type Stage = ValidateStage | EvaluateStage | CanaryStage | SwitchStage | ApproveStage | PromoteStage | WatchStage;
export type StageKind = Stage["kind"];

export interface ValidateStage {
	readonly kind: "validate";
}

export interface EvaluateStage {
	readonly kind: "evaluate";
	readonly gates: readonly Gate[];
	readonly onFail: OnFail;
}

export interface CanaryStage extends TrafficRules {
	readonly kind: "canary";
	/** Above 0, up to 100. */
	readonly weightPercent: number;
	readonly holdMs: number;
}

/** All traffic to the challenger at once, with the champion kept warm (blue/green, direct). */
export interface SwitchStage {
	readonly kind: "switch";
}

export interface ApproveStage {
	readonly kind: "approve";
	readonly when: string | null;
	readonly by: number;
}

export interface PromoteStage {
	readonly kind: "promote";
	/** Share of traffic that stays with the old champion; 0 to 50. */
	readonly holdbackPercent: number;
}

export interface WatchStage extends TrafficRules {
	readonly kind: "watch";
	readonly holdMs: number;
}

export interface TrafficRules {
	/** The gates in force, carried over from the stage before when the stage names none. */
	readonly gates: readonly Gate[];
	readonly onFail: OnFail;
	/** While a gate is unknown the stage lasts up to this many holds, the first included. At least 1. */
	readonly extend: number;
	readonly onUnknown: OnUnknown;
	/** Challenger answers needed in this stage before `onUnknown: promote` may act. */
	readonly minRequests: number;
}

export type OnFail = "rollback" | "block" | "degrade" | "pause" | "freeze";
export type OnUnknown = "ask" | "rollback" | "promote";

/** One condition. `text` is the sentence as written; it is the gate's identity within a rollout. */
export interface Gate {
	readonly text: string;
	readonly metric: GateMetric;
	readonly op: "<=" | ">=";
	readonly bound: Bound;
	/**
	 * True (the default): an absolute gate fails only when the challenger is also worse than the champion. False
	 * (`attribution: off`): it is judged literally. Always true for a gate against the champion, where it says nothing.
	 */
	readonly attribution: boolean;
	/** False: a stage does not wait for it, for its evidence may take days; it still fails. Absent: true. */
	readonly holds?: false;
	/** The part of the requests or rows it looks at, all conditions together; absent: all of them. */
	readonly where?: readonly SliceCondition[];
}

/** One condition of `where Home=rent and Age>=60`. */
export interface SliceCondition {
	readonly field: string;
	readonly op: "=" | "!=" | "<=" | ">=";
	/** As written: a number only when it was written without quotes. */
	readonly value: string | number;
}

export type GateMetric =
	| { readonly name: "error_rate" }
	/** `percentile` as a share: 0.95 for latency_p95, 0.999 for latency_p999. */
	| { readonly name: "latency"; readonly percentile: number }
	/** A business metric of the endpoint, over all requests. */
	| { readonly name: "business"; readonly metric: string; readonly kind: "mean" | "rate" }
	/** How good the predictions are: on traffic by the labels that come in (QUALITY_BY_LABELS), else by a holdout. */
	| { readonly name: "quality"; readonly metric: string; readonly field?: string };

export type Bound =
	/** A ratio (error_rate, quality), microseconds (latency) or the metric's own measure (business, mae, rmse). */
	| { readonly kind: "absolute"; readonly value: number }
	/** champion * (1 + relative) + absolute; `absolute` is a ratio or microseconds. Exactly one of the two may be non-zero. */
	| { readonly kind: "champion"; readonly relative: number; readonly absolute: number };
