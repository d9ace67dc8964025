import type { CanaryStage, Gate, Plan } from "../plan/index.ts";
import { assessBudget, countAbove, countOf, type LatencySketch, quantileUs } from "../statistics/index.ts";
import { type Flow, type Foresight, foresee } from "./foresight.ts";
import { classOf } from "./gate-class.ts";
import { WARM_UP_SECONDS } from "./merged-window.ts";
import { trafficGates } from "./watched-latencies.ts";

/** The endpoint's traffic before a rollout, an average second of it. */
export interface EndpointFlow {
	readonly requestsPerSecond: number;
	/** Share of failed answers, 0 to 1. */
	readonly failedShare: number;
	/** Latencies of the last minute. */
	readonly latency: LatencySketch;
}

export interface Forecast {
	/** Judged and warm-up seconds of the canary stages when all goes well, extensions included. */
	readonly likelySeconds: number;
	readonly longestSeconds: number;
	/** For each gate of a canary stage what it sees at the traffic of the first stage that names it. */
	readonly gates: readonly Foresight[];
	/** Gates that hold a stage and that this traffic cannot prove within its longest time: the stage ends as `on_unknown` says. */
	readonly undecided: readonly string[];
}

/** What a rollout will look like at this traffic: how long, and what each gate can and cannot see. Without traffic only the times. */
export function forecast(plan: Plan, flow: EndpointFlow): Forecast {
	const stages = plan.stages.filter((stage) => stage.kind === "canary");
	const thresholds = thresholdsNats(plan);
	const gates = new Map<string, Foresight>();
	/** Share of the proof that each gate has gathered so far. */
	const gathered = new Map<string, number>();
	const undecided = new Set<string>();
	let likelySeconds = stages.length === 0 ? 0 : WARM_UP_SECONDS.errors;
	let longestSeconds = likelySeconds;
	for (const stage of stages) {
		const holdSeconds = stage.holdMs / 1_000;
		const longest = stage.gates.length === 0 ? holdSeconds : holdSeconds * stage.extend;
		const foreseen = stage.gates.map((gate) => foresee(gate, flowAt(flow, stage, gate), thresholds.get(gate.text)!));
		let needed = holdSeconds;
		for (const [index, gate] of stage.gates.entries()) {
			const seen = foreseen[index]!;
			if (!gates.has(gate.text)) gates.set(gate.text, seen);
			if (gate.holds === false) continue;
			const left = seen.passSeconds === null ? longest + 1 : (1 - (gathered.get(gate.text) ?? 0)) * seen.passSeconds;
			if (left > longest) undecided.add(gate.text);
			else undecided.delete(gate.text);
			needed = Math.max(needed, Math.min(left, longest));
		}
		const spent = Math.ceil(needed / holdSeconds) * holdSeconds;
		for (const { gate, passSeconds } of foreseen) {
			if (passSeconds !== null) gathered.set(gate, Math.min(1, (gathered.get(gate) ?? 0) + spent / passSeconds));
		}
		likelySeconds += spent;
		longestSeconds += longest;
	}
	return { likelySeconds, longestSeconds, gates: [...gates.values()], undecided: [...undecided] };
}

function flowAt(flow: EndpointFlow, { weightPercent }: CanaryStage, gate: Gate): Flow {
	const challenger = (flow.requestsPerSecond * weightPercent) / 100;
	return { challenger, champion: flow.requestsPerSecond - challenger, dispersion: 1, means: null, ...sharesOver(gate, flow) };
}

/** Shares over the limit of either arm when the challenger is just like the champion. */
function sharesOver({ metric, bound }: Gate, { failedShare, latency }: EndpointFlow) {
	if (metric.name !== "latency") return { championShare: failedShare, calmShare: failedShare };
	const quantile = quantileUs(latency, metric.percentile);
	const above = (limitUs: number) => countAbove(latency, limitUs) / Math.max(1, countOf(latency));
	if (bound.kind === "absolute") return { championShare: above(bound.value), calmShare: above(bound.value) };
	const calmShare = quantile === undefined ? 0 : above(quantile * (1 + bound.relative) + bound.absolute);
	return { championShare: 1 - metric.percentile, calmShare };
}

/** ln E at which each gate fails the rollout alone, when every gate of the plan, its watch's too, has its share of the budget. */
function thresholdsNats(plan: Plan): ReadonlyMap<string, number> {
	const nothingSeen = trafficGates(plan).map((gate) => ({ gate: gate.text, class: classOf(gate), logE: 0 }));
	return new Map(assessBudget(nothingSeen).shares.map(({ gate, thresholdNats }) => [gate, thresholdNats]));
}
