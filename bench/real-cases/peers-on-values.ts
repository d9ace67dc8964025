import { classifyByMannWhitney } from "../peer-rules/kayenta/classify.ts";
import type { ValuesOfSecond } from "./judge-values.ts";

const LOOKS = 4;
const LEAST_VALUES = 20;
const MOST_WORSE = 0.02;

/** Kayenta's classifier with its judge's own numbers: tolerance 0.25, confidence 0.98; one look at the end. */
export function kayentaFires(seconds: readonly ValuesOfSecond[], moreIsWorse: boolean): boolean {
	const challenger = seconds.flatMap((values) => values.challenger);
	const champion = seconds.flatMap((values) => values.champion);
	if (challenger.length === 0 || champion.length === 0) return false;
	const direction = moreIsWorse ? "Increase" : "Decrease";
	const { classification } = classifyByMannWhitney(challenger, champion, { tolerance: 0.25, confLevel: 0.98, direction });
	return classification !== "Pass";
}

/** The same, looked at after each quarter. */
export function kayentaFiresInFourLooks(seconds: readonly ValuesOfSecond[], moreIsWorse: boolean): boolean {
	const ends = Array.from({ length: LOOKS }, (_, look) => Math.round((seconds.length * (look + 1)) / LOOKS));
	return ends.some((end) => kayentaFires(seconds.slice(0, end), moreIsWorse));
}

/** What people write first: the challenger's mean so far is more than 2 % worse. */
export function fixedThresholdFires(seconds: readonly ValuesOfSecond[], moreIsWorse: boolean) {
	const sums = { challenger: { n: 0, sum: 0 }, champion: { n: 0, sum: 0 } };
	let once = false;
	let everySecond = false;
	for (const values of seconds) {
		for (const role of ["challenger", "champion"] as const) {
			sums[role].n += values[role].length;
			sums[role].sum += values[role].reduce((sum, value) => sum + value, 0);
		}
		const { challenger, champion } = sums;
		if (challenger.n < LEAST_VALUES || champion.n < LEAST_VALUES) continue;
		const ratio = challenger.sum / challenger.n / (champion.sum / champion.n);
		once = moreIsWorse ? ratio > 1 + MOST_WORSE : ratio < 1 - MOST_WORSE;
		everySecond ||= once;
	}
	return { once, everySecond };
}
