import { judgeRule, type RolloutScript, type SimulatedRule, seededRandom, simulateRollout } from "@headgate/core/simulation";
import { normalQuantile } from "@headgate/core/statistics";
import { renderLineChart, type Series, ticks } from "./line-chart.ts";
import { changeOf, planOf } from "./pictured-rollout.ts";

const RUNS = 150;
const SECONDS = 300;
const RATE = 200;

/** Share of good versions rolled back so far, when each rule looks every second: what looking often does to a rule that is not made for it. */
export function lookingPicture(): string {
	const rules: readonly (readonly [string, string, () => SimulatedRule])[] = [
		["a p-value below 5 %", "#b36b00", peekingTest],
		["errors above 1 % in 10 s", "#8a2be2", thresholdRule],
		["Headgate", "#1b7f3b", () => judgeRule(planOf())],
	];
	const series = rules.map(([name, colour, make]): Series => ({ name, colour, points: rolledBackBy(make) }));
	return renderLineChart({
		title: `Good versions rolled back by mistake, ${RATE} requests/s, ${RUNS} rollouts`,
		x: { title: "seconds of the rollout", from: 0, to: SECONDS, ticks: ticks(0, SECONDS, 60) },
		y: { title: "rolled back so far, %", from: 0, to: 100, ticks: ticks(0, 100, 20) },
		series,
	});
}

function rolledBackBy(make: () => SimulatedRule): [number, number][] {
	const ends = Array.from({ length: RUNS }, (_, seed) => {
		const script: RolloutScript = {
			plan: planOf(),
			world: "real",
			requestsPerSecond: RATE,
			change: changeOf("A/A"),
			onsetSecond: 0,
			durationSeconds: SECONDS,
		};
		return simulateRollout(script, seededRandom(seed), make()).rolledBackAfter ?? Number.POSITIVE_INFINITY;
	});
	return Array.from({ length: SECONDS / 5 + 1 }, (_, i) => [i * 5, (100 * ends.filter((end) => end <= i * 5).length) / RUNS]);
}

/** The textbook's test of two proportions, one-sided at 5 %, looked at each second over all requests so far. */
function peekingTest(): SimulatedRule {
	const limit = -normalQuantile(0.05);
	const sums = { k1: 0, n1: 0, k0: 0, n0: 0 };
	return {
		latencyUs: [],
		second({ challenger, champion }) {
			sums.k1 += challenger.failed;
			sums.n1 += challenger.n;
			sums.k0 += champion.failed;
			sums.n0 += champion.n;
			const { k1, n1, k0, n0 } = sums;
			const pooled = (k1 + k0) / (n1 + n0);
			const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0));
			return n1 > 0 && deviation > 0 && (k1 / n1 - k0 / n0) / deviation > limit ? "errors" : null;
		},
	};
}

function thresholdRule(): SimulatedRule {
	const last: { n: number; failed: number }[] = [];
	return {
		latencyUs: [],
		second({ challenger }) {
			last.push(challenger);
			if (last.length > 10) last.shift();
			const n = last.reduce((sum, one) => sum + one.n, 0);
			const failed = last.reduce((sum, one) => sum + one.failed, 0);
			return last.length === 10 && failed / n > 0.01 ? "errors" : null;
		},
	};
}
