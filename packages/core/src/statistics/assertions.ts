/**
 * Guards of the statistics: a broken one is a bug of the caller, so it throws a RangeError instead of returning a refusal.
 * They exist because one NaN or negative count would silently poison evidence that is never computed again.
 */

/** More requests than any arm answers in one window; above it float arithmetic on counts would lose exactness. */
export const MAX_WINDOW_REQUESTS = 1e9;

/** Throws unless `condition` holds; `problem` says what, where, got and expected. */
export function assert(condition: boolean, problem: () => string): asserts condition {
	if (!condition) throw new RangeError(problem());
}

/** Throws unless 0 <= k <= n are integers, n at most `MAX_WINDOW_REQUESTS`. `arm` names the counts in the message. */
export function assertCounts(k: number, n: number, arm: string): void {
	if (Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n && n <= MAX_WINDOW_REQUESTS) return;
	throw new RangeError(`counts of ${arm} are k=${k}, n=${n}; expected integers 0 <= k <= n <= ${MAX_WINDOW_REQUESTS}`);
}

/** Throws unless `value` is a finite number with low <= value <= high. */
export function assertBetween(value: number, low: number, high: number, name: string): void {
	if (value >= low && value <= high && Number.isFinite(value)) return;
	throw new RangeError(`${name} is ${value}; expected a number from ${low} to ${high}`);
}
