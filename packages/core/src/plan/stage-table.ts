import type { OnFail, OnUnknown, StageKind } from "./plan.ts";

export interface StageRow {
	readonly kind: string;
	/** `skipped`: it is read and shown, and passed over for now; `no`: it is refused. */
	readonly available: "yes" | "skipped" | "no";
	readonly options: readonly string[];
	readonly meaning: string;
}

const TRAFFIC_OPTIONS = ["gates", "on_fail", "extend", "on_unknown", "min_requests", "attribution"];

/** Every kind of stage. Parser and reference page read this. */
export const STAGES: readonly StageRow[] = [
	{ kind: "validate", available: "yes", options: [], meaning: "run every check of the package" },
	{
		kind: "evaluate",
		available: "skipped",
		options: ["gates", "on_fail"],
		meaning: "judge the challenger on a holdout, before traffic",
	},
	{ kind: "shadow", available: "no", options: [], meaning: "send the challenger a copy of the traffic; it never answers" },
	{
		kind: "canary",
		available: "yes",
		options: ["weight", "hold", ...TRAFFIC_OPTIONS],
		meaning: "send a share of the traffic to the challenger",
	},
	{ kind: "split", available: "no", options: [], meaning: "a fixed split until a product metric decides" },
	{ kind: "cohort", available: "no", options: [], meaning: "named cohorts first" },
	{
		kind: "switch",
		available: "yes",
		options: [],
		meaning: "send all traffic to the challenger at once; it counts as the promotion when no promote follows",
	},
	{ kind: "approve", available: "skipped", options: ["when", "by"], meaning: "wait for a person" },
	{ kind: "promote", available: "yes", options: ["holdback"], meaning: "make the challenger the champion" },
	{ kind: "watch", available: "yes", options: ["hold", ...TRAFFIC_OPTIONS], meaning: "keep judging after the promotion" },
];

export const STAGE_KINDS: readonly string[] = STAGES.map((row) => row.kind);

export function findStage(kind: string): StageRow | undefined {
	return STAGES.find((row) => row.kind === kind);
}

/** Whether the engine passes over this kind for now. */
export function isSkipped(kind: StageKind): boolean {
	return findStage(kind)?.available === "skipped";
}

export const ON_FAIL: readonly OnFail[] = ["rollback", "block", "degrade", "pause", "freeze"];
/** Before traffic there is nothing to roll back or to freeze. */
export const ON_FAIL_BEFORE_TRAFFIC: readonly OnFail[] = ["degrade", "block", "pause"];
export const ON_UNKNOWN: readonly OnUnknown[] = ["ask", "rollback", "promote"];

const DAY_MS = 86_400_000;

/** Bounds of the options; durations in milliseconds. A hold is at least one second, since evidence comes in seconds. */
export const LIMITS = {
	stages: 50,
	gates: 32,
	weightPercent: { min: 0, max: 100, above: true },
	holdMs: { min: 1_000, max: 365 * DAY_MS },
	extend: { min: 1, max: 100 },
	minRequests: { min: 1, max: 1_000_000_000 },
	holdbackPercent: { min: 0, max: 50 },
	approvals: { min: 1, max: 10 },
	/** Latencies that gateways count exactly at one time. */
	watchedLatencies: 8,
} as const;

/** What holds in an inline plan where it says nothing. */
export const DEFAULTS = {
	onFail: "rollback",
	onFailEvaluate: "degrade",
	extend: 3,
	onUnknown: "ask",
	minRequests: 500,
	attribution: true,
	holdbackPercent: 0,
	approvals: 1,
	gates: ["error_rate <= 1%", "latency_p95 <= champion + 20%"],
} as const satisfies {
	onFail: OnFail;
	onFailEvaluate: OnFail;
	onUnknown: OnUnknown;
} & Record<string, unknown>;

export interface OptionRow {
	readonly name: string;
	readonly range: string;
	readonly default: string;
	readonly meaning: string;
}

/** The options of stages, for people. */
export const OPTIONS: readonly OptionRow[] = [
	{
		name: "weight",
		range: "above 0% up to 100%, rising",
		default: "none: must be written",
		meaning: "the challenger's share of the traffic",
	},
	{
		name: "hold",
		range: "1s to 365d",
		default: "none: must be written",
		meaning: "how long the stage is judged; only judged seconds count",
	},
	{
		name: "gates",
		range: `a list of up to ${LIMITS.gates} gates`,
		default: `those of the stage before; in the first traffic stage ${DEFAULTS.gates.map((gate) => `\`${gate}\``).join(", ")}`,
		meaning: "the gates in force; `[]` takes them all away",
	},
	{
		name: "on_fail",
		range: ON_FAIL.join(", "),
		default: `that of the stage before, else ${DEFAULTS.onFail}; in evaluate ${DEFAULTS.onFailEvaluate}`,
		meaning: `what a failed gate does; evaluate takes ${ON_FAIL_BEFORE_TRAFFIC.join(", ")}`,
	},
	{
		name: "extend",
		range: `${LIMITS.extend.min} to ${LIMITS.extend.max}`,
		default: `that of the stage before, else ${DEFAULTS.extend}`,
		meaning: "how many holds the stage may last while a gate is unknown, the first included",
	},
	{
		name: "on_unknown",
		range: ON_UNKNOWN.join(", "),
		default: `that of the stage before, else ${DEFAULTS.onUnknown}; promote in the built-in plan canary`,
		meaning: "what happens when a gate is still unknown then",
	},
	{
		name: "min_requests",
		range: `${LIMITS.minRequests.min} to ${LIMITS.minRequests.max}`,
		default: `that of the stage before, else ${DEFAULTS.minRequests}`,
		meaning: "answers of the challenger that `on_unknown: promote` needs in this stage",
	},
	{
		name: "attribution",
		range: "on, off",
		default: "that of the stage before, else on",
		meaning:
			"on: an absolute gate fails only when the challenger is also worse than the champion; off: it is judged literally; one gate never changes between the two",
	},
	{
		name: "holdback",
		range: "0% to 50%",
		default: "0%",
		meaning: "the share of traffic that stays with the old champion after the promotion",
	},
	{
		name: "when",
		range: "a condition on the risk profile, `stakes = high`",
		default: "always",
		meaning: "when the approval is needed",
	},
	{ name: "by", range: "1 to 10", default: "1", meaning: "how many people have to approve" },
];
