import type { Forecast, GateJudgement } from "@headgate/core/analysis";
import type { Plan } from "@headgate/core/plan";
import type { Impact, RollbackBegun, RollbackConfirmed, RolledBack, RolloutStatus } from "@headgate/core/rollout";

/** A gate as last judged; while it is unknown with what it could have seen by now and what not. */
export type GateView = GateJudgement & { readonly foresight: string | null };

/** What a rollout will look like at the endpoint's traffic of the last minute. */
export type ForecastView = Forecast & { readonly requestsPerSecond: number };

/** What the control API says of a rollout. */
export interface RolloutView {
	readonly id: string;
	readonly endpoint: string;
	readonly status: RolloutStatus;
	readonly champion: string | null;
	readonly challenger: string;
	readonly plan: Plan;
	readonly stageIndex: number;
	readonly weightPercent: number;
	readonly promoted: boolean;
	readonly unproven: readonly string[];
	readonly question: string | null;
	/** What the next stage waits for, beside its gates. */
	readonly heldBy: string | null;
	readonly refusal: string | null;
	readonly stageSeconds: number;
	readonly etaSeconds: number | null;
	readonly gates: readonly GateView[];
	readonly forecast: ForecastView | null;
	readonly impact: Impact;
	readonly rollback:
		| (RollbackBegun & { readonly applied: RolledBack | null; readonly confirmed: RollbackConfirmed | null })
		| null;
	readonly backlog: number;
	readonly head: string;
}

export interface EndpointView {
	readonly name: string;
	readonly model: string;
	readonly configuration: string;
	readonly champion: string | null;
	readonly previous: string | null;
	readonly rollout: string | null;
	readonly arms: readonly {
		readonly version: string;
		readonly role: string;
		readonly weightPercent: number;
		readonly requestsPerSecond: number;
		readonly failedShare: number;
		readonly p50Us: number | null;
		readonly p95Us: number | null;
		readonly p99Us: number | null;
	}[];
}

export interface StatusView {
	readonly epoch: number;
	readonly revision: number;
	readonly head: string;
	readonly gateways: readonly {
		readonly id: string;
		readonly pid: number;
		readonly revision: number;
		readonly leaseMs: number;
		readonly connected: boolean;
	}[];
	readonly endpoints: readonly EndpointView[];
	readonly rollouts: readonly RolloutView[];
	readonly warnings: readonly string[];
}

export interface PackageView {
	readonly digest: string;
	readonly name: string;
	readonly version: string;
	readonly owner: string;
	readonly bytes: number;
	readonly pushedAtMs: number;
	readonly quarantined: string | null;
}

/** An event of a rollout as the journal has it. */
export interface ShownEvent {
	readonly seq: number;
	readonly at: number;
	readonly type: string;
	readonly hash: string;
	readonly data: { readonly after: number; readonly data: Readonly<Record<string, unknown>> };
}
