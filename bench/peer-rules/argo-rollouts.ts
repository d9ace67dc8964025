import { latencyAtUs, type Random, type SimulatedArm, type SimulatedRule } from "@headgate/core/simulation";
import { ArmRange } from "./sample-quantile.ts";

const INTERVAL_SECONDS = 20;
const RANGE_SECONDS = 60;
const FAILURE_LIMIT = 3;
const LEAST_SUCCESS = 0.99;

/**
 * Argo Rollouts with an analysis as its tutorials have it: every 20 s the last minute, success at least 99 % and p95 at most 1.2 times the
 * nominal one, failureLimit 3, so that the fourth failure aborts. Source: argoproj/argo-rollouts, analysis/analysis.go.
 */
export function argoRollouts(random: Random): SimulatedRule {
	const limitUs = 1.2 * latencyAtUs(0.95, 1);
	const seconds: SimulatedArm[] = [];
	let failures = 0;
	return {
		latencyUs: [],
		second(counts) {
			seconds.push(counts.challenger);
			if (seconds.length > RANGE_SECONDS) seconds.shift();
			if ((counts.second + 1) % INTERVAL_SECONDS !== 0) return null;
			const range = new ArmRange();
			for (const one of seconds) range.add(one);
			// Without data the result is NaN: neither condition holds, and the measurement is inconclusive.
			if (range.n === 0) return null;
			if (1 - range.errorRatio() >= LEAST_SUCCESS && range.p95Us(random) <= limitUs) return null;
			failures++;
			return failures > FAILURE_LIMIT ? "analysis" : null;
		},
	};
}
