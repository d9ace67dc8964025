import type { Gate } from "../plan/index.ts";
import type { Share } from "./judgement.ts";

interface Seen {
	readonly gate: Gate;
	readonly challenger: Share;
	readonly champion: Share;
	readonly limits: { readonly challenger: number; readonly champion: number } | null;
}

/** The sentence under a verdict: what was counted, so that anyone can check it. */
export function because(seen: Seen, why: string): string {
	const { gate, challenger, champion, limits } = seen;
	if (gate.metric.name !== "latency") return `${why}: challenger ${share(challenger)} failed, champion ${share(champion)}`;
	if (limits === null) return `${why}: the champion's p${percentText(gate.metric.percentile)} is not known yet`;
	const one = `challenger ${share(challenger)} above ${milliseconds(limits.challenger)}`;
	return `${why}: ${one}, champion ${share(champion)} above ${milliseconds(limits.champion)}`;
}

function share({ k, n }: Share): string {
	if (n === 0) return "0 of 0";
	return `${((100 * k) / n).toFixed(2)}% (${k} of ${n})`;
}

function milliseconds(us: number): string {
	return us < 10_000 ? `${(us / 1_000).toFixed(2)} ms` : `${Math.round(us / 1_000)} ms`;
}

function percentText(percentile: number): string {
	return String(Math.round(percentile * 1e6) / 1e4).replace(".", "");
}
