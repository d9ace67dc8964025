import type { Random } from "./random.ts";
import { wander } from "./wander.ts";

/** `iid`: nothing but chance. `real`: load, latency and hiccups that both arms share, and noise of each arm. `harsh`: pods that fail by themselves. */
export const WORLD_NAMES = ["iid", "real", "harsh"] as const;
export type WorldName = (typeof WORLD_NAMES)[number];

/** What a second is like before chance decides over single requests. */
export interface Climate {
	readonly requests: number;
	readonly challenger: ArmClimate;
	readonly champion: ArmClimate;
}

export interface ArmClimate {
	/** 0 to 1. */
	readonly errorRate: number;
	/** How many times as slow as usual. */
	readonly latencyScale: number;
}

const ERROR_RATE = 0.003;
/** Of the logarithm of an arm's own error rate: the challenger is few pods, so it is the noisier. */
const ERROR_SD = { challenger: 0.5, champion: 0.25 } as const;
const PODS = 10;
/** Of the challenger while it has less than half of the traffic, and from then on. */
const CHALLENGER_PODS = { few: 1, many: 5 } as const;

/**
 * A world as statistics.md 2.5 describes it: the climate of each second, given the challenger's share of traffic (0 to 1). The
 * challenger's own change is not in it: in every world both versions are equally good.
 */
export function createWorld(name: WorldName, requestsPerSecond: number, random: Random): (challengerShare: number) => Climate {
	if (name === "iid") {
		const arm = { errorRate: ERROR_RATE, latencyScale: 1 };
		return () => ({ requests: random.poisson(requestsPerSecond), challenger: arm, champion: arm });
	}
	const load = wander(random, 0.15, 30);
	const shared = wander(random, 0.08, 20);
	const slow = { challenger: wander(random, 0.03, 20), champion: wander(random, 0.01, 20) };
	const errors = { challenger: wander(random, ERROR_SD.challenger, 5), champion: wander(random, ERROR_SD.champion, 5) };
	const hiccup = hiccups(random);
	const bursts = name === "harsh" ? podBursts(random) : () => ({ challenger: 0, champion: 0 });
	const phase = random.uniform() * 2 * Math.PI;
	let second = 0;
	return (challengerShare) => {
		const wave = 0.1 * Math.sin((2 * Math.PI * second++) / 120 + phase);
		const now = hiccup();
		const together = Math.exp(shared()) * now.latencyFactor;
		const burst = bursts(challengerShare);
		const arm = (of: "challenger" | "champion"): ArmClimate => {
			const rate = ERROR_RATE * Math.exp(errors[of]() - ERROR_SD[of] ** 2 / 2);
			return { errorRate: Math.min(1, rate + now.errors + burst[of]), latencyScale: together * Math.exp(slow[of]()) };
		};
		const requests = random.poisson(requestsPerSecond * Math.max(0.1, 1 + load() + wave));
		return { requests, challenger: arm("challenger"), champion: arm("champion") };
	};
}

/** Trouble that meets both arms alike: once in 300 s, 8 s long on average, 2 to 30 % errors and 1.3 to 4 times as slow. */
function hiccups(random: Random): () => { readonly errors: number; readonly latencyFactor: number } {
	let left = 0;
	let now = { errors: 0, latencyFactor: 1 };
	return () => {
		if (left > 0) left--;
		else if (random.uniform() < 1 / 300) {
			left = Math.ceil(random.exponential(8)) - 1;
			now = { errors: 0.02 + 0.28 * random.uniform(), latencyFactor: 1.3 + 2.7 * random.uniform() };
			return now;
		}
		return left > 0 ? now : { errors: 0, latencyFactor: 1 };
	};
}

/** One burst per pod and hour, 3 s long: 30 % errors on that pod alone. */
function podBursts(random: Random): (challengerShare: number) => { readonly challenger: number; readonly champion: number } {
	const left = new Array<number>(PODS).fill(0);
	return (challengerShare) => {
		const ofChallenger = challengerShare < 0.5 ? CHALLENGER_PODS.few : CHALLENGER_PODS.many;
		const failing = { challenger: 0, champion: 0 };
		for (let pod = 0; pod < PODS; pod++) {
			if (left[pod]! > 0) left[pod]!--;
			else if (random.uniform() < 1 / 3_600) left[pod] = 3;
			if (left[pod]! > 0) failing[pod < ofChallenger ? "challenger" : "champion"]++;
		}
		return {
			challenger: (0.3 * failing.challenger) / ofChallenger,
			champion: (0.3 * failing.champion) / (PODS - ofChallenger),
		};
	};
}
