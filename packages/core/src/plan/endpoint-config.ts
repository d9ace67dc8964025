import type { BusinessMetrics } from "./business-metric.ts";
import type { Json } from "./json-copy.ts";
import type { Objectives } from "./objectives.ts";
import type { Plan } from "./plan.ts";

/** An endpoint's configuration as code reads it: numbers instead of texts, defaults filled in, the plan complete. */
export interface EndpointConfig {
	readonly endpoint: string;
	/** The model whose versions it serves. */
	readonly model: string;
	readonly owner: EndpointOwner;
	readonly plan: Plan;
	readonly automation: Automation;
	readonly objectives: Objectives;
	/** A prediction that takes longer is a failure. 1 to 600,000. */
	readonly timeoutMs: number;
	/** How long the previous champion stays loaded after a promotion. 0 to 90 days. */
	readonly keepWarmMs: number;
	/** By output field: answers outside [low, high] are the model's failure. */
	readonly outputLimits: Readonly<Record<string, readonly [low: number, high: number]>>;
	/** What makes a caller stay with a version, the first that is present. Empty: each request draws anew. */
	readonly sticky: readonly StickyKey[];
	readonly checks: {
		/** Checks (and the crash gate) turned off by name. */
		readonly off: readonly string[];
		/** An evaluation report may be this old at a deploy. 1 day to 10 years; left out: the check's own limit. */
		readonly evaluationAgeMs?: number;
	};
	/** The primary business metric's name, or null. */
	readonly businessPrimary: string | null;
	readonly businessMetrics: BusinessMetrics;
	/** The output field that labels are held against; left out: the only one there is. */
	readonly labelOutput?: string;
	/** As written, for parts of Headgate that read them later; null when absent. */
	readonly risk: Json;
	readonly fallback: Json;
	readonly evaluation: Json;
}

export interface EndpointOwner {
	readonly team: string;
	readonly contact: string;
	/** Whom to page, `pagerduty:PABC12`; null when nobody is named. */
	readonly onCall: string | null;
}

/** How far a rollout goes without a person: asks before every promotion, only when a plan says so, or never but by policy. */
export type Automation = "manual" | "assisted" | "automatic";

export type StickyKey =
	/** A request header; `name` in lower case. */
	{ readonly from: "header"; readonly name: string } | { readonly from: "input"; readonly name: string };

export const ENDPOINT_DEFAULTS = {
	automation: "assisted",
	timeoutMs: 1_000,
	keepWarmMs: 72 * 3_600_000,
} as const;
