import type { CheckContext } from "./context.ts";

export type CheckStatus = "pass" | "fail" | "error" | "skipped";
/** A `fail` or `error` of `block` or `high` refuses the package. */
export type CheckSeverity = "block" | "high" | "warn" | "info";

export interface CheckOutcome {
	readonly status: CheckStatus;
	/** What, where, got, expected; for `skipped` the reason. */
	readonly message: string;
	/** What to do; empty when nothing is to be done. */
	readonly hint: string;
	readonly file?: string;
	readonly detail?: Readonly<Record<string, unknown>>;
	/** What this check did not look at, in words for the summary. */
	readonly notVerified?: readonly string[];
}

/** One validation of a package before anything is loaded. */
export interface Check {
	readonly id: string;
	readonly title: string;
	readonly severity: CheckSeverity;
	/** One sentence for the reference: what it refuses. */
	readonly refuses: string;
	/** It is an error when it has not answered after this; default 10 s. */
	readonly deadlineMs?: number;
	run(context: CheckContext): Promise<CheckOutcome> | CheckOutcome;
}

export interface CheckResult extends CheckOutcome {
	readonly id: string;
	readonly title: string;
	readonly severity: CheckSeverity;
	readonly ms: number;
}

export function pass(message: string, detail?: Readonly<Record<string, unknown>>): CheckOutcome {
	return { status: "pass", message, hint: "", ...(detail === undefined ? {} : { detail }) };
}

export function fail(
	message: string,
	hint: string,
	more: { file?: string; detail?: Record<string, unknown> } = {},
): CheckOutcome {
	return { status: "fail", message, hint, ...more };
}

export function skipped(message: string, notVerified?: string): CheckOutcome {
	return { status: "skipped", message, hint: "", ...(notVerified === undefined ? {} : { notVerified: [notVerified] }) };
}
