import { type Random, seededRandom } from "@headgate/core/simulation";
import { type AaGroup, type AaSeries, aaSeries } from "./aa-groups.ts";
import { judgeValues, type ValuesOfSecond } from "./judge-values.ts";
import { fixedThresholdFires, kayentaFires } from "./peers-on-values.ts";

/** Values that one second brings to both arms together. */
const PER_SECOND = 4;
const MICROSECONDS_OF_MS = 1_000;
/** The mean of the challenger is made this much worse, to see what would have been found. */
const HARMS = [0.05, 0.1] as const;
const TOLERANCE = 0.02;

/** How many of the splits of one series each rule called worse, and what ours found that was put in by hand. */
export interface AaRow {
	readonly series: string;
	readonly groups: number;
	readonly splits: number;
	readonly values: number;
	readonly ours: {
		/** Tolerance 2 % on the mean, and on the p95 of a latency in periods after the machine's first; either of them. */
		readonly failed: number;
		/** The challenger made 2 % worse: exactly what is tolerated, where a false alarm is likeliest. */
		readonly failedAtBorder: number;
		/** The mean gate had proven that the challenger is within 2 %. */
		readonly passed: number;
		readonly latencyJudged: number;
		readonly latencyFailed: number;
		/** By HARMS: failed when the challenger is 5 % and 10 % worse. */
		readonly found: readonly number[];
	};
	/** One look at the end; four looks. */
	readonly kayenta: { readonly once: number; readonly fourLooks: number };
	/** The mean so far more than 2 % worse: at the end; at any second from the twentieth value of each arm on. */
	readonly fixedThreshold: { readonly once: number; readonly everySecond: number };
}

interface Split {
	readonly group: AaGroup;
	readonly seconds: readonly ValuesOfSecond[];
}

/** Splits what one machine measured in one period at random into two arms, `splits` times, and asks every rule about each. */
export function aaRows(splits: number, seed: number, told: (done: number, total: number) => void = () => {}): readonly AaRow[] {
	const all = aaSeries();
	const random = seededRandom(seed);
	return all.map((series, index) => {
		const made = series.groups.flatMap((group) =>
			Array.from({ length: splits }, () => ({ group, seconds: splitOf(group, random) })),
		);
		const row = rowOf(series, made);
		told(index + 1, all.length);
		return row;
	});
}

function rowOf({ name, of, groups }: AaSeries, splits: readonly Split[]): AaRow {
	const moreIsWorse = of === "latency";
	const meanGate = moreIsWorse ? "business of higher <= champion + 2%" : "business of lower >= champion - 2%";
	const row = { ...zeros(), found: HARMS.map(() => 0) };
	for (const split of splits) {
		const { failed, last } = judge(meanGate, split);
		if (failed !== null) row.failed++;
		if (failed?.gate === LATENCY_GATE) row.latencyFailed++;
		if (moreIsWorse && split.group.p95Before !== null) row.latencyJudged++;
		if (last.gates.some(({ gate, verdict }) => gate === meanGate && verdict === "pass")) row.passed++;
		const failsWith = (harm: number) => {
			const factor = moreIsWorse ? 1 + harm : 1 - harm;
			return judge(meanGate, { ...split, seconds: split.seconds.map((values) => withHarm(values, factor)) }).failed !== null;
		};
		if (failsWith(TOLERANCE)) row.failedAtBorder++;
		for (const [index, harm] of HARMS.entries()) if (failsWith(harm)) row.found[index]!++;
		const kayenta = kayentaFires(split.seconds, moreIsWorse);
		if (kayenta.once) row.kayentaOnce++;
		if (kayenta.fourLooks) row.kayentaLooking++;
		const fixed = fixedThresholdFires(split.seconds, moreIsWorse);
		if (fixed.once) row.fixedOnce++;
		if (fixed.everySecond) row.fixedLooking++;
	}
	const { failed, failedAtBorder, passed, latencyJudged, latencyFailed, found } = row;
	return {
		series: name,
		groups: groups.length,
		splits: splits.length,
		values: groups.reduce((sum, { values }) => sum + values.length, 0),
		ours: { failed, failedAtBorder, passed, latencyJudged, latencyFailed, found },
		kayenta: { once: row.kayentaOnce, fourLooks: row.kayentaLooking },
		fixedThreshold: { once: row.fixedOnce, everySecond: row.fixedLooking },
	};
}

const LATENCY_GATE = "latency_p95 <= champion + 2%";

function judge(meanGate: string, { group, seconds }: Split) {
	if (group.p95Before === null || meanGate.includes("lower")) return judgeValues([meanGate], seconds);
	const p95Us = group.p95Before * MICROSECONDS_OF_MS;
	return judgeValues([meanGate, LATENCY_GATE], seconds, { microseconds: MICROSECONDS_OF_MS, p95Us });
}

/** Each value goes to either arm by the toss of a coin; the order of time is kept. */
function splitOf({ values }: AaGroup, random: Random): readonly ValuesOfSecond[] {
	const seconds: ValuesOfSecond[] = [];
	for (let from = 0; from < values.length; from += PER_SECOND) {
		const arms = { challenger: [] as number[], champion: [] as number[] };
		for (const value of values.slice(from, from + PER_SECOND))
			arms[random.uniform() < 0.5 ? "challenger" : "champion"].push(value);
		seconds.push(arms);
	}
	return seconds;
}

function withHarm({ challenger, champion }: ValuesOfSecond, factor: number): ValuesOfSecond {
	return { challenger: challenger.map((value) => value * factor), champion };
}

function zeros() {
	return {
		...{ failed: 0, failedAtBorder: 0, passed: 0, latencyJudged: 0, latencyFailed: 0 },
		...{ kayentaOnce: 0, kayentaLooking: 0, fixedOnce: 0, fixedLooking: 0 },
	};
}
