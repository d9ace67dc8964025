import { HeadgateError } from "@headgate/protocol";
import type { KeptOutcome, Seal } from "../lock/seal.ts";
import type { Tier } from "../lock/verify-tiers.ts";
import { CHECKS } from "./all-checks.ts";
import { type Check, type CheckOutcome, type CheckResult, findingOf, judge, pass, skipped } from "./check.ts";
import type { CheckInput } from "./check-input.ts";
import { CheckContext } from "./context.ts";
import { unknownCheck } from "./explain-check.ts";
import type { IntegrityReport } from "./integrity/a04-integrity.ts";

const DEADLINE_MS = 10_000;

/** The answer of a pre-deploy validation. */
export interface CheckSummary {
	/** `fail` when a check of severity block or high failed, or could not be carried out. */
	readonly verdict: "pass" | "fail";
	/** How deep the content was verified; null when not at all. */
	readonly level: Tier | null;
	/** What was not looked at, in words. */
	readonly notVerified: readonly string[];
	readonly results: readonly CheckResult[];
	/** Wall time of all checks that run side by side; the budget is 2000. A first load (H11) is not in it: its result has its own time. */
	readonly ms: number;
}

export interface RunOptions {
	/** Ids that the endpoint's policy turned off. */
	readonly off?: readonly string[];
	/** The checks to run; default all. */
	readonly checks?: readonly Check[];
	readonly signal?: AbortSignal | undefined;
}

/** Runs checks side by side, each with its own deadline. Throws HeadgateError `check.unknown` for an id in `off` that is none. */
export async function runChecks(input: CheckInput, options: RunOptions = {}): Promise<CheckSummary> {
	const off = new Set(options.off ?? []);
	refuseUnknown(off);
	const started = performance.now();
	const stop = new AbortController();
	const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
	const context = new CheckContext(input, signal);
	try {
		const checks = options.checks ?? CHECKS;
		const early = checks.filter((check) => check.last !== true);
		const results = await Promise.all(early.map((check) => runOne(check, context, off)));
		options.signal?.throwIfAborted();
		const ms = performance.now() - started;
		const refused = results.some(refuses);
		for (const check of checks.filter(({ last }) => last === true)) {
			results.push(refused ? withheld(check) : await runOne(check, context, off));
		}
		options.signal?.throwIfAborted();
		return summarise(inOrder(results, checks), ms);
	} finally {
		stop.abort();
		await context.close();
	}
}

async function runOne(check: Check, context: CheckContext, off: ReadonlySet<string>): Promise<CheckResult> {
	const started = performance.now();
	const outcome = off.has(check.id)
		? skipped("turned off by the endpoint's policy", check.title)
		: ((await keptOutcome(check, context, off)) ?? (await outcomeOf(check, context)));
	const { id, title } = check;
	return {
		id,
		title,
		...outcome,
		severity: outcome.severity ?? check.severity,
		ms: Math.round((performance.now() - started) * 10) / 10,
	};
}

/** Nothing is loaded of a package that is refused already. */
function withheld({ id, title, severity }: Check): CheckResult {
	return { id, title, ...skipped("not run: other checks refuse the package"), severity, ms: 0 };
}

function inOrder(results: readonly CheckResult[], checks: readonly Check[]): CheckResult[] {
	const place = new Map(checks.map(({ id }, index) => [id, index]));
	return results.toSorted((a, b) => place.get(a.id)! - place.get(b.id)!);
}

/** What the check said when these very bytes came in, where that still stands: A04 watches over it in the same run. */
async function keptOutcome(check: Check, context: CheckContext, off: ReadonlySet<string>): Promise<CheckOutcome | undefined> {
	const kept = context.input.seal?.kept?.[check.id];
	if (kept === undefined || kept.rules !== check.rules || !Array.isArray(kept.notVerified) || off.has("A04")) return undefined;
	if ((await context.brokenSeals()).length > 0) return undefined;
	return { ...pass(`${kept.message} (found at push)`), notVerified: kept.notVerified };
}

/** What a seal keeps of a run: the outcomes that follow from the bytes alone and found nothing wrong. */
export function keptOf({ results }: CheckSummary): NonNullable<Seal["kept"]> {
	const kept: Record<string, KeptOutcome> = {};
	for (const { id, status, message, notVerified = [] } of results) {
		const rules = CHECKS.find((check) => check.id === id)?.rules;
		if (rules !== undefined && status === "pass") kept[id] = { rules, message, notVerified };
	}
	return kept;
}

async function outcomeOf(check: Check, context: CheckContext): Promise<CheckOutcome> {
	const deadlineMs = check.deadlineMs ?? DEADLINE_MS;
	const counts = check.severity === "block" || check.severity === "high" ? ", which counts as failed" : "";
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<CheckOutcome>((resolve) => {
		timer = setTimeout(
			() => resolve(problem(`no answer after ${deadlineMs / 1000} s${counts}`, "Check the disk, or try again.")),
			deadlineMs,
		);
	});
	try {
		return await Promise.race([Promise.resolve().then(() => check.run(context)), late]);
	} catch (error) {
		if (error instanceof HeadgateError && error.row.exit !== 3) return judge([findingOf(error)], pass(""));
		if (error instanceof HeadgateError)
			return problem(`could not be carried out${counts}: ${error.message}`, error.hint, error.path);
		return problem(
			`could not be carried out${counts}: ${(error as Error).message}`,
			"Check the file's permissions and the disk.",
		);
	} finally {
		clearTimeout(timer);
	}
}

function problem(message: string, hint: string, file?: string): CheckOutcome {
	return { status: "error", message, hint, ...(file === undefined ? {} : { file }) };
}

function summarise(results: readonly CheckResult[], ms: number): CheckSummary {
	const bad = results.filter(refuses);
	const integrity = results.find((result) => result.id === "A04")?.detail as IntegrityReport | undefined;
	const notVerified = results.flatMap((result) => (result.notVerified ?? []).map((words) => `${result.id}: ${words}`));
	return {
		verdict: bad.length > 0 ? "fail" : "pass",
		level: integrity?.level ?? null,
		notVerified,
		results,
		ms: Math.round(ms * 10) / 10,
	};
}

/** Whether a result refuses the package: silence of a serious check counts like a no. */
export function refuses(result: CheckResult): boolean {
	const serious = result.severity === "block" || result.severity === "high";
	return serious && (result.status === "fail" || result.status === "error");
}

function refuseUnknown(off: ReadonlySet<string>): void {
	const known = CHECKS.map((check) => check.id);
	for (const id of off) {
		if (known.includes(id)) continue;
		const { hint } = unknownCheck(id);
		throw new HeadgateError("check.unknown", `there is no check ${id.slice(0, 80)} to turn off`, { hint, path: "checks.off" });
	}
}
