/** Backlogs and late gateways: which seconds of an endpoint may be closed now. */
export interface ClosingInput {
	/** The newest second each gateway has reported, and when control received that report (ms). */
	readonly reports: ReadonlyMap<string, { readonly second: number; readonly receivedAtMs: number }>;
	/** Gateways that hold a lease. */
	readonly leased: readonly string[];
	/** Seconds of which windows have come in and that are not closed yet, ascending. */
	readonly open: readonly number[];
	readonly nowMs: number;
}

/** A gateway that is silent this long after the others' newest report is not waited for. */
export const LATENESS_MS = 3_000;

export interface Closable {
	readonly second: number;
	readonly missing: readonly string[];
}

/**
 * A second closes when every leased gateway has reported past it, else 3 s after the newest report of the others. Seconds close
 * in order; a second nobody reports never closes, because silence is not evidence.
 *
 * @returns seconds to close now, oldest first, at most `limit`.
 */
export function closableSeconds(input: ClosingInput, limit: number): readonly Closable[] {
	const { reports, leased, nowMs } = input;
	const closable: Closable[] = [];
	for (const second of input.open.slice(0, limit)) {
		const missing = leased.filter((gateway) => (reports.get(gateway)?.second ?? -1) < second);
		if (missing.length > 0) {
			const others = [...reports].filter(([gateway, report]) => !missing.includes(gateway) && report.second >= second);
			const newestReportMs = Math.max(...others.map(([, report]) => report.receivedAtMs));
			if (others.length === 0 || nowMs - newestReportMs < LATENESS_MS) break;
		}
		closable.push({ second, missing });
	}
	return closable;
}
