import type { AbsoluteOptions } from "./absolute-process.ts";
import { PASS_THRESHOLD_NATS } from "./evidence-budget.ts";
import { absoluteLimitOptions, type BothSides } from "./preset-options.ts";

/**
 * The tests of "divergence <= tau", tau a ratio in (0, 1): of the requests that champion and challenger both answered, the share whose
 * answers differ. An absolute limit on one count; there is no champion's rate to hold it against, so it has no attribution guard. Feed
 * (requests with differing answers, requests compared).
 */
export function divergenceOptions(tau: number): BothSides<AbsoluteOptions> {
	return absoluteLimitOptions(tau);
}

/** What a shadow must have seen before it can pass, both of it: a week-day's night says little of the day after it. */
export const DIVERGENCE_PASS_NEEDS = { requests: 10_000, ms: 48 * 3_600_000 } as const;

/**
 * Whether "divergence <= tau" is proven: its pass side has crossed, and requests compared and time since the shadow began are as much as
 * is needed, whichever comes later. Failing has no such condition: it may at any moment. Source: statistics.md 1.6.
 */
export function isDivergenceProven(
	logEPass: number,
	seen: { readonly requests: number; readonly ms: number },
	needs: { readonly requests: number; readonly ms: number } = DIVERGENCE_PASS_NEEDS,
): boolean {
	return logEPass >= PASS_THRESHOLD_NATS && seen.requests >= needs.requests && seen.ms >= needs.ms;
}
