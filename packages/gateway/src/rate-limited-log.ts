import type { Log } from "./ports.ts";

const PERIOD_MS = 1_000;

/** A warning at most once a second, with how many were left out: a failing model must not fill the disk. */
export function compileRateLimitedLog(log: Log): (fields: object, message: string) => void {
	let lastMs = Number.NEGATIVE_INFINITY;
	let leftOut = 0;
	return (fields, message) => {
		const now = performance.now();
		if (now - lastMs < PERIOD_MS) {
			leftOut++;
			return;
		}
		log.warn({ ...fields, leftOut }, message);
		lastMs = now;
		leftOut = 0;
	};
}
