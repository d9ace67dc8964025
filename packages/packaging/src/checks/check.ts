import { HeadgateError } from "@headgate/protocol";
import type { CheckContext } from "./context.ts";

export type CheckStatus = "pass" | "fail" | "error" | "skipped";
/** A `fail` or `error` of `block` or `high` refuses the package. */
export type CheckSeverity = "block" | "high" | "warn" | "info";

/** One thing that is wrong, with its place. */
export interface Finding {
	/** A row of the error catalogue, such as `safetensors.overlap`. */
	readonly code: string;
	/** What, where, got, expected, in one sentence. */
	readonly message: string;
	/** What to do. */
	readonly hint: string;
	/** Only where it differs from the check's own. */
	readonly severity?: CheckSeverity;
	readonly file?: string;
	/** From 1, in a text file. */
	readonly line?: number;
	readonly column?: number;
	/** From 0, in a binary file. */
	readonly offset?: number;
}

export interface CheckOutcome {
	readonly status: CheckStatus;
	/** What was found; for `fail` the worst finding; for `skipped` the reason. */
	readonly message: string;
	/** What to do about the worst finding; empty when nothing is to be done. */
	readonly hint: string;
	readonly code?: string;
	readonly file?: string;
	/** Everything that is wrong, the worst first. */
	readonly findings?: readonly Finding[];
	/** Of the worst finding, where it differs from the check's own. */
	readonly severity?: CheckSeverity;
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
	/** Why that matters, with incidents and CVEs; shown by `check --explain`. Ends with a full stop. */
	readonly why?: string;
	/** It is an error when it has not answered after this; default 10 s. */
	readonly deadlineMs?: number;
	/** It runs by itself after all others, only when none of them refuses, and its time is no part of the budget. */
	readonly last?: boolean;
	/**
	 * Set where the outcome follows from the package's bytes alone: an outcome `pass` is kept at push with this version of the rules and
	 * stands at deploy while the seal holds.
	 */
	readonly rules?: string;
	/** May return what is wrong, or throw a reader's HeadgateError: exit 1 and 2 mean `fail`, exit 3 means `error`. */
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

/** One finding and its outcome. */
export function fail(
	code: string,
	message: string,
	hint: string,
	more: Omit<Finding, "code" | "message" | "hint"> & { readonly detail?: Readonly<Record<string, unknown>> } = {},
): CheckOutcome {
	const { detail, ...place } = more;
	return { ...judge([{ code, message, hint, ...place }], pass("")), ...(detail === undefined ? {} : { detail }) };
}

/** As many findings as one check shows. A check that stops looking counts what refuses the package alone: `isEnough`. */
export const MAX_FINDINGS = 100;

/** The outcome of several findings: `otherwise` when there are none, else `fail` with the worst first, and all of them counted. */
export function judge(findings: readonly Finding[], otherwise: CheckOutcome): CheckOutcome {
	if (findings.length === 0) return otherwise;
	const sorted = [...findings].sort((a, b) => rank(a) - rank(b));
	const { message, hint, code, file, severity } = sorted[0]!;
	const more = sorted.length === 1 ? "" : ` (and ${(sorted.length - 1).toLocaleString("en")} more)`;
	return {
		status: "fail",
		message: `${message}${more}`,
		hint,
		code,
		...(file === undefined ? {} : { file }),
		...(severity === undefined ? {} : { severity }),
		findings: sorted.slice(0, MAX_FINDINGS),
	};
}

/** Whether more findings would change nothing. Warnings never fill the place of what refuses the package. */
export function isEnough(findings: readonly Finding[]): boolean {
	return findings.length >= MAX_FINDINGS && findings.filter((finding) => rank(finding) <= OWN_RANK).length >= MAX_FINDINGS;
}

export function skipped(message: string, notVerified?: string): CheckOutcome {
	return { status: "skipped", message, hint: "", ...(notVerified === undefined ? {} : { notVerified: [notVerified] }) };
}

/** A reader's refusal as a finding. Throws the error again when it is no refusal: the disk, or a bug. */
export function findingOf(error: unknown, file?: string): Finding {
	if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
	const place = file ?? error.path;
	return { code: error.code, message: error.message, hint: error.hint, ...(place === undefined ? {} : { file: place }) };
}

const RANK: Readonly<Record<CheckSeverity, number>> = { block: 0, high: 1, warn: 3, info: 4 };

/** A finding without a severity has the check's own, which counts before warnings. */
const OWN_RANK = 2;

function rank({ severity }: Finding): number {
	return severity === undefined ? OWN_RANK : RANK[severity];
}
