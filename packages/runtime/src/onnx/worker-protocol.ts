import type { GroupResult } from "./run-groups.ts";

/** gateway -> thread. */
export type ToWorker = { readonly batch: number; readonly groups: readonly (readonly unknown[])[] } | { readonly close: true };

/** thread -> gateway. */
export type FromWorker =
	| { readonly ready: { readonly warmupP99Ms: number | null } }
	| { readonly failed: string }
	| { readonly batch: number; readonly results: readonly GroupResult[] };
