import { type Random, seededRandom } from "@headgate/core/simulation";
import { type AaGroup, type AaSeries, aaSeries } from "./aa-groups.ts";
import { judgeValues, type ValuesOfSecond } from "./judge-values.ts";
import { fixedThresholdFires, kayentaFires, kayentaFiresInFourLooks } from "./peers-on-values.ts";

/** Values that one second brings to both arms together. */
const PER_SECOND = 4;
const MICROSECONDS_OF_MS = 1_000;
/** The challenger is made this much worse by hand: not at all, by exactly what is tolerated, and by what should be found. */
export const HARMS = [0, 0.02, 0.05, 0.1] as const;

/** Splits of one series in which each rule called the challenger worse: a count for each of HARMS, or for no harm alone. */
export interface AaRow {
	readonly series: string;
	readonly groups: number;
	readonly splits: number;
	readonly values: number;
	/** Tolerance 2 % on the mean, and on the p95 of a latency in periods after the machine's first; either of them. */
	readonly ours: readonly number[];
	/** Without harm: the mean gate had proven that the challenger is within 2 %. */
	readonly proven: number;
	/** Splits without harm in which the gate on p95 stood, and those in which it was the one to fail. */
	readonly latency: { readonly judged: number; readonly failed: number };
	readonly kayenta: readonly number[];
	/** Without harm, looked at after each quarter. */
	readonly kayentaFourLooks: number;
	/** The mean so far more than 2 % worse: at the end; at any second from the twentieth value of each arm on. */
	readonly overAtEnd: readonly number[];
	readonly overAtAnyTime: readonly number[];
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
	const row = { proven: 0, latency: { judged: 0, failed: 0 }, kayentaFourLooks: 0 };
	const counts = { ours: none(), kayenta: none(), overAtEnd: none(), overAtAnyTime: none() };
	for (const split of splits) {
		for (const [at, harm] of HARMS.entries()) {
			const seconds = split.seconds.map((values) => withHarm(values, moreIsWorse ? 1 + harm : 1 - harm));
			const { failed, last } = judge(meanGate, { ...split, seconds });
			const over = fixedThresholdFires(seconds, moreIsWorse);
			counts.ours[at]! += Number(failed !== null);
			counts.kayenta[at]! += Number(kayentaFires(seconds, moreIsWorse));
			counts.overAtEnd[at]! += Number(over.once);
			counts.overAtAnyTime[at]! += Number(over.everySecond);
			if (harm > 0) continue;
			row.proven += Number(last.gates.some(({ gate, verdict }) => gate === meanGate && verdict === "pass"));
			row.latency.judged += Number(moreIsWorse && split.group.p95Before !== null);
			row.latency.failed += Number(failed?.gate === LATENCY_GATE);
			row.kayentaFourLooks += Number(kayentaFiresInFourLooks(seconds, moreIsWorse));
		}
	}
	const values = groups.reduce((sum, group) => sum + group.values.length, 0);
	return { series: name, groups: groups.length, splits: splits.length, values, ...counts, ...row };
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

function none(): number[] {
	return HARMS.map(() => 0);
}
