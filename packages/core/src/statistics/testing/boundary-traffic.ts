import { binomial } from "./seeded-traffic.ts";

/** One second of both arms: k1 of n1 at the challenger, k0 of n0 at the champion. */
export type Counts = [k1: number, n1: number, k0: number, n0: number];

/** What a test needs of a process. */
export interface Judging {
	update(...counts: Counts): void;
	logE(): number;
}

export interface Traffic {
	/** Of the champion, 0 to 0.5, without hiccups. */
	readonly championRate: number;
	/** The challenger's, given the champion's in the same second: the boundary of the null. */
	readonly challengerRate: (championRate: number) => number;
	/** Trouble of both arms: for 12 s the champion's rate is 21 times as high, up to 0.5. Default true. */
	readonly hiccup?: boolean;
}

const SECONDS = 200;
const WEIGHT_CHANGES_AT = 100;
const HICCUP_SECONDS = 12;
const HICCUP_FACTOR = 21;

/** 200 s at about 500 requests/s: load swings by 30 %, and 10 % of it goes to the challenger, then 50 %. Yields after each second. */
export function* liveTwoArms(judging: Judging, traffic: Traffic, uniform: () => number): Generator<void> {
	const { championRate, challengerRate, hiccup = true } = traffic;
	const hiccupAt = hiccup ? Math.floor(uniform() * (SECONDS - HICCUP_SECONDS)) : Number.POSITIVE_INFINITY;
	const phase = uniform() * 2 * Math.PI;
	for (let second = 0; second < SECONDS; second++) {
		const inHiccup = second >= hiccupAt && second < hiccupAt + HICCUP_SECONDS;
		const p0 = Math.min(0.5, championRate * (inHiccup ? HICCUP_FACTOR : 1));
		const requests = 500 * (1 + 0.3 * Math.sin(second / 20 + phase));
		const n1 = Math.round(requests * (second < WEIGHT_CHANGES_AT ? 0.1 : 0.5));
		const n0 = Math.round(requests) - n1;
		judging.update(binomial(uniform, n1, challengerRate(p0)), n1, binomial(uniform, n0, p0), n0);
		yield;
	}
}

/** 200 batches of 20 to 400 labels of requests that both versions answered: shares on which only one of them is wrong. */
export function* livePairs(
	judging: Judging,
	onlyChallenger: number,
	onlyChampion: number,
	uniform: () => number,
): Generator<void> {
	for (let batch = 0; batch < SECONDS; batch++) {
		const labels = 20 + Math.floor(uniform() * 381);
		const b = binomial(uniform, labels, onlyChallenger);
		judging.update(b, labels, binomial(uniform, labels - b, onlyChampion / (1 - onlyChallenger)), labels);
		yield;
	}
}

/** Whether E ever reaches 1/alpha, looked at after each second. */
export function crosses(judging: Pick<Judging, "logE">, life: Generator<void>, alpha: number): boolean {
	const threshold = Math.log(1 / alpha);
	for (const _ of life) if (judging.logE() >= threshold) return true;
	return false;
}
