import { wilsonInterval } from "../statistics/fixed-sample/index.ts";
import type { SimulatedRollout } from "./simulate-rollout.ts";

/** Many rollouts of one kind in one world. */
export interface SimulationSummary {
	readonly runs: number;
	/** Share that was rolled back, 0 to 1. */
	readonly rolledBack: number;
	/** 95 % interval of that share (Wilson). */
	readonly interval: readonly [low: number, high: number];
	/** Share that was rolled back before the change began, 0 to 1: false alarms, which the medians leave out. */
	readonly early: number;
	/** From the onset to the verdict, of those rolled back since then; null when none was. */
	readonly medianSeconds: number | null;
	/** 95 % interval of that median, by ranks; null with fewer than six. */
	readonly medianInterval: readonly [low: number, high: number] | null;
	readonly medianBadAnswers: number | null;
	/** How often each gate was named. */
	readonly gates: Readonly<Record<string, number>>;
}

/** At least one run. */
export function summariseRollouts(rollouts: readonly SimulatedRollout[]): SimulationSummary {
	const found = rollouts.filter((rollout) => rollout.rolledBackAfter !== null);
	const { low, high } = wilsonInterval(found.length, rollouts.length, 0.95);
	const since = found.filter((rollout) => rollout.rolledBackAfter! > 0);
	const seconds = since.map((rollout) => rollout.rolledBackAfter!);
	const gates: Record<string, number> = {};
	for (const { gate } of found) if (gate !== null) gates[gate] = (gates[gate] ?? 0) + 1;
	return {
		runs: rollouts.length,
		rolledBack: found.length / rollouts.length,
		interval: [low, high],
		early: (found.length - since.length) / rollouts.length,
		medianSeconds: median(seconds),
		medianInterval: medianInterval(seconds),
		medianBadAnswers: median(since.map((rollout) => rollout.badAnswers)),
		gates: Object.fromEntries(Object.entries(gates).sort(([a], [b]) => (a < b ? -1 : 1))),
	};
}

function median(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Two values of which at least 95 in 100 pairs have the true median between them: the normal limit of the binomial ranks. */
function medianInterval(values: readonly number[]): readonly [number, number] | null {
	const n = values.length;
	if (n < 6) return null;
	const sorted = [...values].sort((a, b) => a - b);
	const below = Math.max(0, Math.floor((n - 1.96 * Math.sqrt(n)) / 2));
	return [sorted[below]!, sorted[n - 1 - below]!];
}
