import { accept, type Result, refuse } from "../kernel/index.ts";

/** How the challenger differs from the champion, from `onsetSecond` on. */
export interface Change {
	/** As it was written: `A/A`, `+1pp`, `p95+50%`. */
	readonly text: string;
	/** Added to the share of failed answers: 0.01 is one more in a hundred. */
	readonly extraErrors: number;
	/** 1.5: every answer takes one and a half times as long. */
	readonly latencyFactor: number;
}

/** Reads `A/A`, `+1pp` (more errors) or `p95+50%` (slower answers, all by the same factor). */
export function parseChange(text: string): Result<Change> {
	if (/^a\/a$/i.test(text)) return accept({ text: "A/A", extraErrors: 0, latencyFactor: 1 });
	const errors = /^\+(\d+(?:\.\d+)?)pp$/.exec(text);
	if (errors !== null && Number(errors[1]) <= 100)
		return accept({ text, extraErrors: Number(errors[1]) / 100, latencyFactor: 1 });
	const latency = /^p\d+(?:\.\d+)?\+(\d+(?:\.\d+)?)%$/.exec(text);
	if (latency !== null && Number(latency[1]) <= 10_000) {
		return accept({ text, extraErrors: 0, latencyFactor: 1 + Number(latency[1]) / 100 });
	}
	const hint = "Write A/A (none), +1pp (more errors) or p95+50% (slower answers).";
	return refuse("simulate.change", `"${text}" is no change`, hint, "changes");
}
