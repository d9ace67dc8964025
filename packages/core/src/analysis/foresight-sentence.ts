import type { Foresight } from "./foresight.ts";

/**
 * What an undecided gate could have seen by now and what not: `x10 errors would have shown by now; x3 errors needs about 9 min more; proof
 * that all is well about 40 s more`. Empty when nothing can be said.
 */
export function foresightSentence({ sees, passSeconds }: Foresight, judgedSeconds: number): string {
	const parts: string[] = [];
	const seen = sees.filter(({ seconds }) => seconds <= judgedSeconds).at(-1);
	const next = sees.find(({ seconds }) => seconds > judgedSeconds);
	if (seen !== undefined) parts.push(`${seen.effect} would have shown by now`);
	if (next !== undefined) parts.push(`${next.effect} needs about ${timeText(next.seconds - judgedSeconds)} more at this rate`);
	if (passSeconds !== null && passSeconds > judgedSeconds)
		parts.push(`proof that all is well about ${timeText(passSeconds - judgedSeconds)} more`);
	if (passSeconds === null) parts.push("proof that all is well cannot be had at this rate");
	return parts.join("; ");
}

/** Rounded to what a person plans with: `40 s`, `9 min`, `3 h`, `12 d`. */
export function timeText(seconds: number): string {
	if (seconds < 100) return `${Math.ceil(seconds)} s`;
	if (seconds < 100 * 60) return `${Math.ceil(seconds / 60)} min`;
	if (seconds < 72 * 3_600) return `${Math.ceil(seconds / 3_600)} h`;
	return `${Math.ceil(seconds / 86_400)} d`;
}
