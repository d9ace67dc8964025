import type { Gate } from "../plan/index.ts";
import {
	type ExpectedCounts,
	expectedAbsoluteGrowth,
	expectedCompareGrowth,
	meanShiftLogE,
	PASS_THRESHOLD_NATS,
	secondsToReach,
} from "../statistics/index.ts";
import { countTestsOf } from "./count-tests.ts";
import type { GateJudgement } from "./judgement.ts";
import { isOnMeans } from "./mean-evidence.ts";
import { WARM_UP_SECONDS } from "./merged-window.ts";

/** Traffic as it is now, an average second of it. */
export interface Flow {
	/** Requests of each arm. */
	readonly challenger: number;
	readonly champion: number;
	/** The champion's share of answers over its limit: failed, slow, wrong; 0 to 1. */
	readonly championShare: number;
	/** The share over the challenger's limit that is to be expected when all is well; 0 to 1. */
	readonly calmShare: number;
	/** phi that is measured; 1 when nothing is known. */
	readonly dispersion: number;
	/** Of a gate on means: variance of the lift after so many seconds; null before outcomes are there. */
	readonly means: { readonly variance: number; readonly seconds: number } | null;
}

/** A size of harm, and how many judged seconds of such traffic show it half the time. */
export interface Sight {
	/** For people: `x3 errors (0.9%)`, `-5%`. */
	readonly effect: string;
	readonly seconds: number;
}

/** What a gate can see at this traffic, smallest harm last, and how long proof takes that all is well; null: never. */
export interface Foresight {
	readonly gate: string;
	readonly passSeconds: number | null;
	readonly sees: readonly Sight[];
}

const MULTIPLES = [100, 30, 10, 5, 3, 2, 1.5];
const LIFTS = [0.5, 0.2, 0.1, 0.05, 0.02];
/** A champion without errors has some, sooner or later: harm is measured from here. */
const LOWEST_ERROR_SHARE = 0.001;
/** Longer than this is never, for a rollout. */
const LONGEST_SECONDS = 365 * 86_400;

/** @param thresholdNats ln E at which the gate fails the rollout alone. */
export function foresee(gate: Gate, flow: Flow, thresholdNats: number): Foresight {
	return isOnMeans(gate) ? foreseeMeans(gate, flow, thresholdNats) : foreseeCounts(gate, flow, thresholdNats);
}

/** The same from what a rollout has seen so far, its average second taken for the next ones; null before there is anything. */
export function foreseeFrom(gate: Gate, judged: GateJudgement): Foresight | null {
	const { challenger, champion, seconds = 0, thresholdNats, lift, dispersion = 1 } = judged;
	if (seconds === 0 || thresholdNats === undefined || challenger.n === 0) return null;
	const isSlow = gate.metric.name === "latency";
	const championShare = isSlow ? 1 - gate.metric.percentile : champion.k / Math.max(1, champion.n);
	const flow: Flow = {
		challenger: challenger.n / seconds,
		champion: champion.n / seconds,
		championShare,
		calmShare: isSlow ? challenger.k / challenger.n : championShare,
		dispersion,
		means: lift === undefined || lift === null ? null : { variance: lift.variance, seconds },
	};
	return foresee(gate, flow, thresholdNats);
}

function foreseeCounts(gate: Gate, flow: Flow, thresholdNats: number): Foresight {
	const lowest = gate.metric.name === "latency" ? 0 : LOWEST_ERROR_SHARE;
	const base = Math.max(flow.championShare, lowest);
	const calm = Math.max(flow.calmShare, lowest);
	const what = gate.metric.name === "latency" ? "slow answers" : gate.metric.name === "quality" ? "wrong answers" : "errors";
	const counts = (share: number): ExpectedCounts => ({
		k1: flow.challenger * share,
		n1: flow.challenger,
		k0: flow.champion * base,
		n0: flow.champion,
	});
	const warmUp = gate.metric.name === "latency" ? WARM_UP_SECONDS.latency : WARM_UP_SECONDS.errors;
	const sees = MULTIPLES.flatMap((multiple): Sight[] => {
		if (multiple * calm > 1) return [];
		const seconds = failSeconds(gate, counts(multiple * calm), flow.dispersion, thresholdNats);
		return seconds === null
			? []
			: [{ effect: `x${multiple} ${what} (${percent(multiple * calm)})`, seconds: Math.max(seconds, warmUp + 1) }];
	});
	return { gate: gate.text, passSeconds: passSecondsOf(gate, counts(flow.calmShare), flow.dispersion), sees: distinct(sees) };
}

function failSeconds(gate: Gate, counts: ExpectedCounts, dispersion: number, thresholdNats: number): number | null {
	const tests = countTestsOf(gate);
	if (tests.kind === "compare")
		return within(secondsToReach(thresholdNats, expectedCompareGrowth(tests.sides.fail, counts, dispersion)));
	const alone = within(secondsToReach(thresholdNats, expectedAbsoluteGrowth(tests.sides.fail, counts)));
	if (tests.guard === null || alone === null) return alone;
	const guard = within(secondsToReach(thresholdNats, expectedCompareGrowth(tests.guard, counts, dispersion)));
	return guard === null ? null : Math.max(alone, guard);
}

function passSecondsOf(gate: Gate, counts: ExpectedCounts, dispersion: number): number | null {
	const { kind, sides } = countTestsOf(gate);
	const growth =
		kind === "compare" ? expectedCompareGrowth(sides.pass, counts, dispersion) : expectedAbsoluteGrowth(sides.pass, counts);
	return within(secondsToReach(PASS_THRESHOLD_NATS, growth));
}

function foreseeMeans(gate: Gate, { means }: Flow, thresholdNats: number): Foresight {
	if (means === null) return { gate: gate.text, passSeconds: null, sees: [] };
	const tolerance = gate.bound.kind === "champion" ? Math.abs(gate.bound.relative) : 0;
	const sign = gate.op === "<=" ? "+" : "-";
	const sees = LIFTS.filter((lift) => lift > tolerance).flatMap((lift): Sight[] => {
		const seconds = secondsForShift(lift - tolerance, means, thresholdNats);
		return seconds === null ? [] : [{ effect: `${sign}${lift * 100}%`, seconds }];
	});
	return { gate: gate.text, passSeconds: secondsForShift(tolerance, means, PASS_THRESHOLD_NATS), sees };
}

/** The variance of a mean halves when the time doubles. */
function secondsForShift(shift: number, { variance, seconds }: NonNullable<Flow["means"]>, nats: number): number | null {
	const reaches = (after: number) => meanShiftLogE([{ mean: shift, variance: (variance * seconds) / after }]) >= nats;
	if (shift <= 0 || variance <= 0 || !reaches(LONGEST_SECONDS)) return null;
	let low = 1;
	let high = LONGEST_SECONDS;
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (reaches(middle)) high = middle;
		else low = middle;
	}
	return high;
}

/** Of sizes that take equally long only the smallest is worth saying. */
function distinct(sees: readonly Sight[]): readonly Sight[] {
	return sees.filter(({ seconds }, index) => sees[index + 1]?.seconds !== seconds);
}

/** Two digits are enough for a forecast. */
function percent(share: number): string {
	return `${Number((100 * share).toPrecision(2))}%`;
}

function within(seconds: number | null): number | null {
	return seconds === null || seconds > LONGEST_SECONDS ? null : seconds;
}
