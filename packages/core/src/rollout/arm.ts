import { armKey, type ServingConfiguration } from "../routing/index.ts";

/** A pair (package, configuration) that can answer for an endpoint. Restored together at a rollback. */
export interface Arm {
	readonly packageDigest: string;
	readonly model: string;
	readonly version: string;
	readonly configuration: ServingConfiguration;
}

export function keyOf(arm: Arm): string {
	return armKey(arm.packageDigest, arm.configuration.digest);
}

/** How people name an arm: `credit-risk@1.1.0`. */
export function nameOf(arm: Arm): string {
	return `${arm.model}@${arm.version}`;
}
