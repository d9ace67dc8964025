/** What is known of an endpoint's seconds when it is asked which of them may be closed. */
export interface ClosingInput {
	/** The newest second each gateway has reported. */
	readonly reports: ReadonlyMap<string, { readonly second: number }>;
	/** Gateways that hold a lease. */
	readonly leased: readonly string[];
	/** Seconds of which windows have come in and that are not closed yet, ascending, and when control received the first (ms). */
	readonly open: ReadonlyMap<number, number>;
	/** How long a second waits after the first report of it: at least LATENESS_MS, longer where a running request may hold one up. */
	readonly latenessMs: number;
	readonly nowMs: number;
}

/** A gateway that is silent about a second this long after another reported it is not waited for. */
export const LATENESS_MS = 3_000;

export interface Closable {
	readonly second: number;
	readonly missing: readonly string[];
	/** Closed more than BEHIND_MS after it was over: part of a backlog. */
	readonly behind: boolean;
}

/** Longer than any second waits for a gateway that is silent: what is closed later than this was held up by control's own absence. */
export const BEHIND_MS = 10_000;

/**
 * A second closes when every leased gateway has reported it or a later one (all windows of a second come together), else 3 s after
 * the first report of it came in: the wait neither starts anew with each report of the others nor ends before a gateway could
 * hand in its backlog. Seconds close in order; one nobody reports never closes, because silence is not evidence.
 *
 * @returns seconds to close now, oldest first, at most `limit`.
 */
export function closableSeconds(input: ClosingInput, limit: number): readonly Closable[] {
	const { reports, leased, latenessMs, nowMs } = input;
	const closable: Closable[] = [];
	for (const [second, firstReceivedAtMs] of input.open) {
		if (closable.length === limit) break;
		const missing = leased.filter((gateway) => (reports.get(gateway)?.second ?? -1) < second);
		if (missing.length > 0 && nowMs - firstReceivedAtMs < latenessMs) break;
		closable.push({ second, missing, behind: nowMs - (second + 1) * 1_000 > BEHIND_MS });
	}
	return closable;
}
