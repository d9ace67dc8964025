import type { Gate, Plan } from "../plan/index.ts";

/** The gates of every traffic stage of a plan, each once. They are all judged from the rollout's first second on. */
export function trafficGates(plan: Plan): readonly Gate[] {
	const gates = plan.stages.flatMap((stage) => (stage.kind === "canary" || stage.kind === "watch" ? stage.gates : []));
	return [...new Map(gates.map((gate) => [gate.text, gate])).values()];
}

/** Champion latencies by percentile (as text), in microseconds. */
export type ChampionLatencies = Readonly<Record<string, number>>;

/** The percentiles of the champion's latency that the plan's gates need and that are not known yet. */
export function percentilesMissing(plan: Plan, championUs: ChampionLatencies): readonly number[] {
	const needed = trafficGates(plan).flatMap(({ metric, bound }) =>
		metric.name === "latency" && bound.kind === "champion" ? [metric.percentile] : [],
	);
	return [...new Set(needed)].filter((percentile) => championUs[String(percentile)] === undefined);
}

/** The latencies whose exceedances gateways must count for these gates: ascending, whole microseconds, each once. */
export function watchedLatencies(plan: Plan, championUs: ChampionLatencies): readonly number[] {
	const watched = trafficGates(plan).flatMap((gate) => Object.values(latencyLimits(gate, championUs) ?? {}));
	return [...new Set(watched)].sort((a, b) => a - b);
}

/**
 * What an exceedance is for each arm under a latency gate. Relative to the champion, the challenger's limit is the champion's
 * percentile plus the tolerance (statistics.md 1.3); absolute, both arms have the same limit. Null while the percentile is unknown.
 */
export function latencyLimits(
	gate: Gate,
	championUs: ChampionLatencies,
): { readonly challenger: number; readonly champion: number } | null {
	const { metric, bound } = gate;
	if (metric.name !== "latency") return null;
	if (bound.kind === "absolute") return { challenger: Math.round(bound.value), champion: Math.round(bound.value) };
	const quantile = championUs[String(metric.percentile)];
	if (quantile === undefined) return null;
	return { challenger: Math.round(quantile * (1 + bound.relative) + bound.absolute), champion: Math.round(quantile) };
}

/**
 * The limit that the champion is held to against its own past: that of the plan's first latency gate relative to the champion, with
 * its tolerance. Null while the champion's percentile is unknown, or when no gate compares latencies.
 */
export function ownPast(
	plan: Plan,
	championUs: ChampionLatencies,
): { readonly percentile: number; readonly limitUs: number } | null {
	const gate = trafficGates(plan).find(({ metric, bound }) => metric.name === "latency" && bound.kind === "champion");
	const limits = gate === undefined ? null : latencyLimits(gate, championUs);
	if (gate?.metric.name !== "latency" || limits === null) return null;
	return { percentile: gate.metric.percentile, limitUs: limits.challenger };
}
