import type { Plan } from "../plan/index.ts";
import { judgeRule } from "./judge-rule.ts";
import type { Random } from "./random.ts";
import type { RecordedSecond, RecordedTraffic } from "./recorded-traffic.ts";
import type { SimulatedRollout } from "./simulate-rollout.ts";
import type { SimulatedArm } from "./simulated-rule.ts";
import { stageAt } from "./stages.ts";
import { wander } from "./wander.ts";

export interface TrafficScript {
	readonly plan: Plan;
	/** See JudgeRuleOptions. */
	readonly off?: readonly string[];
	readonly traffic: RecordedTraffic;
	readonly durationSeconds: number;
	/** Relative noise of the challenger's rates that is added to the split, at least 0: what differs between copies of one version. */
	readonly noise: { readonly errors: number; readonly latency: number };
}

/** Noise forgets within this: as in the simulated worlds. */
const NOISE_SECONDS = 5;

/**
 * An A/A test on what really happened: a rollout of a version that is the champion itself. From a random second of the record on (which
 * begins again at its end), each answer goes to one of the arms at the plan's weight; a rollback is a false alarm.
 */
export function simulateOnTraffic(script: TrafficScript, random: Random): SimulatedRollout {
	const { plan, off = [], traffic, durationSeconds, noise } = script;
	const rule = judgeRule(plan, { off, championUs: traffic.championUs });
	const { seconds } = traffic;
	const start = Math.floor(random.uniform() * seconds.length);
	const tilts = { errors: createNoise(noise.errors, random), latency: createNoise(noise.latency, random) };
	let badAnswers = 0;
	for (let second = 0; second < durationSeconds; second++) {
		const share = stageAt(plan, second).weightPercent / 100;
		const tilt = { errors: tilts.errors(), latency: tilts.latency() };
		const [challenger, champion] = splitSecond(seconds[(start + second) % seconds.length]!, share, tilt, random);
		badAnswers += challenger.failed;
		const gate = rule.second({ second, share, challenger, champion });
		if (gate !== null) return { rolledBackAfter: second + 1, gate, badAnswers };
	}
	return { rolledBackAfter: null, gate: null, badAnswers };
}

/**
 * Which answers fall to the challenger: all by the lottery, the failed and the slow among them by drawing without replacement,
 * with odds `tilt` to one for the challenger. What is above a limit is drawn from what is above the limit before it.
 */
export function splitSecond(
	{ n, failed, over }: RecordedSecond,
	share: number,
	tilt: { readonly errors: number; readonly latency: number },
	random: Random,
): readonly [SimulatedArm, SimulatedArm] {
	const n1 = random.binomial(n, share);
	const failed1 = drawn(n, failed, n1, tilt.errors, random);
	const over1: number[] = [];
	const over0: number[] = [];
	let from = n;
	let from1 = n1;
	for (const above of over) {
		// Only the first limit tilts: the slower ones are drawn from those that already are the challenger's.
		const above1 = drawn(from, above, from1, over1.length === 0 ? tilt.latency : 1, random);
		over1.push(above1);
		over0.push(above - above1);
		from = above;
		from1 = above1;
	}
	const climate = { errorRate: n === 0 ? 0 : failed / n, latencyScale: 1 };
	return [
		{ n: n1, failed: failed1, over: over1, climate },
		{ n: n - n1, failed: failed - failed1, over: over0, climate },
	];
}

/** How many of the k bad among n fall to the n1 of the challenger, one after the other. */
function drawn(n: number, k: number, n1: number, tilt: number, random: Random): number {
	// The smaller of the two groups is drawn one by one; without a tilt they may be exchanged.
	if (tilt === 1 && n1 < k) return drawn(n, n1, k, 1, random);
	let left1 = n1;
	let left0 = n - n1;
	let count = 0;
	for (let i = 0; i < k; i++) {
		const odds = tilt * left1;
		if (random.uniform() * (odds + left0) < odds) {
			left1--;
			count++;
		} else left0--;
	}
	return count;
}

/** Odds that wander around 1 with this relative standard deviation. */
function createNoise(sd: number, random: Random): () => number {
	if (sd === 0) return () => 1;
	const logSd = Math.sqrt(Math.log1p(sd ** 2));
	const log = wander(random, logSd, NOISE_SECONDS);
	return () => Math.exp(log() - logSd ** 2 / 2);
}
