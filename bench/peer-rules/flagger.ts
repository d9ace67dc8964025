import { latencyAtUs, type Random, type SimulatedRule } from "@headgate/core/simulation";
import { ArmRange } from "./sample-quantile.ts";

const INTERVAL_SECONDS = 60;
const THRESHOLD = 5;
const LEAST_SUCCESS = 0.99;
const STEP = 0.1;
const MOST = 0.5;

/**
 * Flagger as its documents show it: interval 1m, threshold 5, success rate at least 99 %, p95 at most 1.2 times the champion's nominal one. A
 * failed check, or one without data, holds the weight and counts; the count never falls; at 5 it rolls back. Five passed checks promote.
 * Source: fluxcd/flagger, pkg/controller/scheduler.go.
 */
export function flagger(random: Random): SimulatedRule {
	const limitUs = 1.2 * latencyAtUs(0.95, 1);
	let range = new ArmRange();
	let failed = 0;
	let weight = STEP;
	let over = false;
	return {
		latencyUs: [],
		share: () => weight,
		second(counts) {
			if (over) return null;
			range.add(counts.challenger);
			if ((counts.second + 1) % INTERVAL_SECONDS !== 0) return null;
			const seen = range;
			range = new ArmRange();
			const sound = 1 - seen.errorRatio() >= LEAST_SUCCESS && seen.p95Us(random) <= limitUs;
			if (!sound) {
				failed++;
				return failed >= THRESHOLD ? "failed checks" : null;
			}
			if (weight >= MOST) over = true;
			weight = Math.min(MOST, weight + STEP);
			return null;
		},
	};
}
