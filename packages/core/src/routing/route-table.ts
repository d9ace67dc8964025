import type { ArmRole, Thresholds } from "../analysis/window.ts";

/** Everything a gateway needs to route: pushed whole, swapped by reference, taken only if (epoch, revision) is greater. */
export interface RouteTable {
	/** Fencing number of the control process that wrote it. */
	readonly epoch: number;
	/** Journal sequence number of the last event that changed a route. */
	readonly revision: number;
	readonly endpoints: Readonly<Record<string, EndpointRoute>>;
}

export interface EndpointRoute {
	readonly endpoint: string;
	/** The rollout in progress (its id salts sticky assignment), or null. */
	readonly rollout: string | null;
	/** Champion first. Weights sum to 100. An arm of weight 0 is kept warm. */
	readonly arms: readonly ArmRoute[];
	readonly thresholds: Thresholds;
}

export interface ArmRoute {
	readonly key: string;
	readonly role: ArmRole;
	readonly packageDigest: string;
	readonly model: string;
	readonly version: string;
	/** 0 to 100. */
	readonly weightPercent: number;
	/** True for an arm on trial: its weight is void once the trial lease has run out. */
	readonly trial: boolean;
	/** `worker`: never in the gateway's event loop. `loop`: in the loop when measured tiny. */
	readonly placement: "worker" | "loop";
	readonly configuration: ServingConfiguration;
}

/** The part of an endpoint's configuration that shapes an answer; restored with the package at a rollback. */
export interface ServingConfiguration {
	readonly digest: string;
	readonly timeoutMs: number;
	/** Closed ranges of numeric outputs by field name. */
	readonly outputLimits: Readonly<Record<string, readonly [low: number, high: number]>>;
	/** Where a sticky key is looked for, in order: `header:NAME` or `input:FIELD`. */
	readonly sticky: readonly string[];
	/** The output field that labels speak of; absent: the only one there is. */
	readonly labelOutput?: string | undefined;
}

/** Identity of an arm: 16 hex digits of the package digest, a dot, 8 of the configuration digest. */
export function armKey(packageDigest: string, configurationDigest: string): string {
	return `${hexOf(packageDigest).slice(0, 16)}.${hexOf(configurationDigest).slice(0, 8)}`;
}

function hexOf(digest: string): string {
	return digest.replace(/^sha256:/, "");
}
