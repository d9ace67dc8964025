import type { GateRecord } from "../analysis/gate-record.ts";
import type { GateJudgement } from "../analysis/judgement.ts";
import type { Thresholds } from "../analysis/window.ts";
import type { Verdict } from "../kernel/index.ts";
import type { Plan, StageKind } from "../plan/index.ts";
import type { Arm } from "./arm.ts";

/**
 * Everything that happens to a rollout, in the past tense. `after` is the position of the last piece of evidence that had been
 * judged when the event was decided; with it a replay puts every event back between the same two seconds.
 */
export type RolloutEvent =
	| Happened<"RolloutStarted", RolloutStarted>
	| Happened<"ChecksPassed", { readonly level: string; readonly ms: number; readonly notVerified: readonly string[] }>
	| Happened<"VerificationAwaited", { readonly index: number; readonly reason: string }>
	| Happened<"PackageVerified", { readonly digest: string; readonly level: string; readonly ms: number }>
	| Happened<"RolloutRefused", RolloutRefused>
	| Happened<"WarmingBegun", { readonly index: number }>
	| Happened<"ArmsReady", { readonly gateways: readonly string[] }>
	| Happened<"ThresholdsFrozen", ThresholdsFrozen>
	| Happened<"StageEntered", { readonly index: number; readonly kind: StageKind; readonly weightPercent: number }>
	| Happened<"StageSkipped", { readonly index: number; readonly kind: StageKind; readonly reason: string }>
	| Happened<
			"StageExtended",
			{
				readonly index: number;
				readonly holds: number;
				readonly waitingFor: readonly string[];
				readonly etaSeconds: number | null;
			}
	  >
	| Happened<
			"StageLeftUnproven",
			{
				readonly index: number;
				readonly unproven: readonly string[];
				/** By gate, what it could have seen and what not. From judge 2 on. */
				readonly sights?: Readonly<Record<string, string>>;
			}
	  >
	| Happened<"GateJudged", GateJudged>
	| Happened<"RolloutDegraded", { readonly gate: string }>
	| Happened<"RolloutAsked", { readonly question: string; readonly gates: readonly string[] }>
	| Happened<"RolloutPaused", { readonly reason: string }>
	| Happened<"RolloutResumed", { readonly reason: string }>
	| Happened<
			"Promoted",
			{ readonly holdbackPercent: number; readonly unproven: readonly string[]; readonly skippedHolds: boolean }
	  >
	| Happened<"RollbackBegun", RollbackBegun>
	| Happened<"RolledBack", RolledBack>
	| Happened<"RollbackConfirmed", RollbackConfirmed>
	| Happened<"RolloutSuperseded", { readonly by: string }>
	| Happened<"RolloutCompleted", { readonly impact: Impact | null }>
	| Happened<"NoticeSent", { readonly notice: string }>;

interface Happened<Type extends string, Data> {
	readonly type: Type;
	readonly after: number;
	readonly data: Data;
}

export interface RolloutRefused {
	readonly reason: string;
	readonly problems: readonly Problem[];
}

export interface Problem {
	readonly id: string;
	readonly message: string;
	readonly hint: string;
}

export interface RolloutStarted {
	readonly id: string;
	readonly endpoint: string;
	/** The version that answers when the rollout begins; null for the first version of an endpoint. */
	readonly champion: Arm | null;
	readonly challenger: Arm;
	readonly plan: Plan;
	readonly automation: "manual" | "assisted" | "automatic";
	readonly keepWarmMs: number;
	/** Gates of the system that the endpoint's policy turned off by name (`crash`). */
	readonly off: readonly string[];
	readonly reason: string | null;
	/**
	 * Every byte of the challenger must have been read and found right before it gets more than the first canary's traffic. Absent in
	 * rollouts of releases that did not ask for it: they are replayed as they went.
	 */
	readonly verifyWhole?: boolean;
	/** Version of the judge whose arithmetic decides; a replay uses the same. */
	readonly judge: number;
	/** sha256 of the canonical plan; every verdict names it. Absent in rollouts of releases before judge 2. */
	readonly planDigest?: string;
}

export interface ThresholdsFrozen {
	readonly thresholds: Thresholds;
	/** Champion requests the percentiles were read from. */
	readonly requests: number;
	/** Champion's latency in microseconds by percentile, as text: {"0.95": 1234}. */
	readonly championUs: Readonly<Record<string, number>>;
}

export interface GateJudged {
	readonly gate: string;
	readonly verdict: Verdict;
	readonly before: Verdict;
	readonly championAlsoOver: boolean;
	readonly because: string;
	readonly second: number;
	/** Natural logarithms of the e-values of both sides. */
	readonly logEFail: number;
	readonly logEPass: number;
	readonly challenger: CountedShare;
	readonly champion: CountedShare;
	/** From judge 2 on, what it takes to calculate the verdict again. */
	readonly record?: VerdictRecord;
}

export interface VerdictRecord {
	readonly judge: number;
	/** Digest of the plan whose gate this is. */
	readonly plan: string | null;
	/** Judged seconds that brought evidence. */
	readonly seconds: number;
	/** phi, by which the fail side's evidence is divided. */
	readonly dispersion: number;
	/** Share of the rollout's error budget, and ln E at which the gate fails it alone; null where it has none (split). */
	readonly alphaSpent: number | null;
	readonly thresholdNats: number | null;
	readonly intervals: GateRecord;
	readonly lift: GateJudgement["lift"];
}

/** k of n since the rollout began, warm-up left out. */
export interface CountedShare {
	readonly k: number;
	readonly n: number;
}

export interface Impact {
	readonly challengerRequests: number;
	readonly challengerFailed: number;
}

export interface RollbackBegun {
	readonly trigger: "gate" | "person" | "breaker" | "unknown" | "package";
	readonly gate: string | null;
	/** True when no gate crossed alone and the weighted evidence of all together did. */
	readonly jointly: boolean;
	readonly because: string;
	/** Every gate that may be called a cause (e-BH), the named one first. From judge 2 on, where gates decided. */
	readonly causes?: readonly string[];
	readonly restores: Arm;
	readonly impact: Impact;
}

export interface RolledBack {
	readonly revision: number;
	/** From the decision to the last acknowledgement or the end of the last lease. */
	readonly restoredMs: number;
	readonly gateways: readonly { readonly gateway: string; readonly ms: number }[];
	/** Gateways that did not answer and whose trial lease ran out instead. */
	readonly leaseExpired: readonly string[];
}

export interface RollbackConfirmed {
	readonly confirmed: boolean;
	readonly seconds: number;
	readonly errorRatioBefore: number;
	readonly errorRatioNow: number;
	readonly impact: Impact;
}
