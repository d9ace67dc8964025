import type { Judgement } from "../analysis/judgement.ts";
import type { Impact, Problem, RolledBack, RolloutStarted, ThresholdsFrozen } from "./events.ts";

/** What a rollout can be told. Reports come from effects, evidence from the windows, commands from people. */
export type RolloutInput =
	| { readonly type: "StartRollout"; readonly start: RolloutStarted }
	| {
			readonly type: "ReportChecks";
			readonly passed: boolean;
			readonly level: string;
			readonly ms: number;
			readonly notVerified: readonly string[];
			readonly problems: readonly Problem[];
	  }
	| {
			/** Every byte of the challenger's package was read; `problem` says what differs, null when nothing does. */
			readonly type: "ReportVerification";
			readonly level: string;
			readonly ms: number;
			readonly problem: Problem | null;
			readonly impact: Impact;
	  }
	| {
			readonly type: "ReportArms";
			readonly gateways: readonly string[];
			readonly failed: { readonly gateway: string; readonly reason: string } | null;
	  }
	| { readonly type: "ReportBreaker"; readonly gateway: string; readonly impact: Impact }
	| { readonly type: "ReportThresholds"; readonly frozen: ThresholdsFrozen }
	| { readonly type: "ReportRoute"; readonly applied: RolledBack }
	| { readonly type: "ReportNotice"; readonly notice: string }
	| { readonly type: "JudgeSecond"; readonly judgement: Judgement }
	| { readonly type: "RollBack"; readonly reason: string; readonly impact: Impact }
	| { readonly type: "Promote"; readonly reason: string }
	| { readonly type: "Pause"; readonly reason: string }
	| { readonly type: "Resume"; readonly reason: string }
	| { readonly type: "Supersede"; readonly by: string };
