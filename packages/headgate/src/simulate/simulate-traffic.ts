import { plannedSeconds } from "@headgate/core/simulation";
import type { DataFolder } from "../config/data-folder.ts";
import { describeTraffic, type TrafficFacts } from "./describe-traffic.ts";
import { readTraffic } from "./read-traffic.ts";
import { type SimulationRow, toRow } from "./render-simulation.ts";
import type { Rule } from "./rules.ts";
import { type OnProgress, runSimulation } from "./run-simulation.ts";
import type { TrafficCase } from "./simulation-job.ts";

export interface TrafficRequest {
	readonly rules: readonly Rule[];
	/** Null: as long as the plan holds its stages. */
	readonly durationSeconds: number | null;
	readonly runs: number;
	readonly seed: number;
}

/** Every rule in rollouts of the champion against itself, on what it answered. Throws what `readTraffic` does. */
export async function simulateTraffic(
	folder: DataFolder,
	{ rules, durationSeconds, runs, seed }: TrafficRequest,
	onProgress: OnProgress,
): Promise<{ readonly traffic: TrafficFacts; readonly rows: readonly SimulationRow[] }> {
	const { endpoint, record } = await readTraffic(folder, rules.find((rule) => rule.endpoint !== null)?.endpoint ?? null);
	const facts: TrafficFacts[] = [];
	const cases = rules.map(({ name, plan, off }): TrafficCase => {
		const traffic = record.under(plan);
		const described = describeTraffic(endpoint, traffic);
		facts.push(described);
		const noise = { errors: described.noise.errors.added, latency: described.noise.latency.added };
		return { rule: name, plan, off, traffic, durationSeconds: durationSeconds ?? plannedSeconds(plan), noise };
	});
	const summaries = await runSimulation(cases, runs, seed, onProgress, new URL("./traffic-worker.ts", import.meta.url));
	const traffic = facts.find(({ noise }) => noise.latency.seen !== null) ?? facts[0]!;
	const requestsPerSecond = Math.round(traffic.requestsPerSecond * 10) / 10;
	const rows = summaries.map((summary, index) => {
		return toRow({ world: "recorded", rule: cases[index]!.rule, requestsPerSecond, change: { text: "A/A" } }, summary);
	});
	return { traffic, rows };
}
