import type { Random, SimulatedRule } from "@headgate/core/simulation";
import { ArmRange } from "./sample-quantile.ts";

const EVERY_SECONDS = 10;
const MOST_ERRORS = 0.01;
const MOST_SLOWER = 1.2;

/** What people write first: in any 10 s, errors above 1 % or a p95 above 1.2 times the champion's roll back. */
export function fixedThreshold(random: Random): SimulatedRule {
	let challenger = new ArmRange();
	let champion = new ArmRange();
	return {
		latencyUs: [],
		second(counts) {
			challenger.add(counts.challenger);
			champion.add(counts.champion);
			if ((counts.second + 1) % EVERY_SECONDS !== 0) return null;
			const [one, other] = [challenger, champion];
			challenger = new ArmRange();
			champion = new ArmRange();
			if (one.errorRatio() > MOST_ERRORS) return "errors";
			return one.p95Us(random) > MOST_SLOWER * other.p95Us(random) ? "latency" : null;
		},
	};
}
