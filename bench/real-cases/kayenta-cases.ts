import {
	type Classification,
	classifyByMannWhitney,
	classifyByMeans,
	type Direction,
	type KayentaOptions,
} from "../peer-rules/kayenta/classify.ts";
import { readCanaryData } from "./canary-data.ts";
import { judgeValues } from "./judge-values.ts";
import { moreValuesNeeded } from "./more-values-needed.ts";

/** One of Kayenta's own cases, by its judge and by ours. */
export interface KayentaRow {
	readonly name: string;
	/** Values of challenger and champion, and their means; null without values. */
	readonly n: readonly [challenger: number, champion: number];
	readonly means: readonly [challenger: number | null, champion: number | null];
	readonly kayenta: Classification;
	/** Our gates, in the harmful directions of the case. */
	readonly gates: readonly string[];
	readonly ours: "pass" | "fail" | "unknown";
	/** Relative difference of the means; null where there is none. */
	readonly lift: number | null;
	/** Values an arm with which our verdict would come if they went on like these, and which; null when it has come, or never would. */
	readonly needed: { readonly values: number; readonly verdict: "pass" | "fail" } | null;
	readonly why: string;
}

interface Case {
	readonly name: string;
	readonly arrays: { readonly experimentData: number[]; readonly controlData: number[] };
	readonly classifier: string;
	readonly params: Partial<KayentaOptions>;
	readonly direction: Direction;
	readonly nan_strategy: "Remove" | "Replace" | null;
	readonly is_critical_metric: boolean;
}

/** What our mean gate needs before it says anything. */
const LEAST_VALUES = 20;
/** The tolerance of a gate where a case states none that can be proven: 10 %. */
const USUAL_TOLERANCE = 0.1;
/** Our gates tolerate no more: ten times the champion's. */
const MOST_TOLERANCE = 9;

export function kayentaRows(): readonly KayentaRow[] {
	return (JSON.parse(readCanaryData("kayenta_classifier_cases.json")) as Case[]).map(rowOf);
}

function rowOf(one: Case): KayentaRow {
	const { experimentData: challenger, controlData: champion } = one.arrays;
	const tolerances = toleranceOf(one.params);
	const gates = gatesOf(one.direction, tolerances);
	const seconds = Array.from({ length: Math.max(1, challenger.length, champion.length) }, (_, index) => ({
		challenger: challenger.slice(index, index + 1),
		champion: champion.slice(index, index + 1),
	}));
	const { failed, last } = judgeValues(gates, seconds);
	const verdicts = last.gates.filter(({ gate }) => gates.includes(gate)).map(({ verdict }) => verdict);
	const ours = failed !== null ? "fail" : verdicts.every((verdict) => verdict === "pass") ? "pass" : "unknown";
	const facts = {
		name: one.name.replace(/^Mann-Whitney (Classifier )?/, "").replace(/^Mean Inequality Classifier/, "Means"),
		n: [challenger.length, champion.length] as const,
		means: [meanOf(challenger), meanOf(champion)] as const,
		kayenta: kayentaOf(one),
		gates,
		ours,
		lift: liftOf(meanOf(challenger), meanOf(champion)),
		needed: ours === "unknown" ? moreValuesNeeded(challenger, champion, sidesOf(one.direction, tolerances)) : null,
	} as const;
	return { ...facts, why: whyOf(facts, one) };
}

function kayentaOf({ arrays, classifier, params, direction, nan_strategy, is_critical_metric }: Case): Classification {
	const { experimentData, controlData } = arrays;
	if (classifier === "MeanInequalityClassifier") return classifyByMeans(experimentData, controlData, direction).classification;
	const usual = {
		tolerance: 0.25,
		confLevel: 0.98,
		isCritical: is_critical_metric,
		nanStrategy: nan_strategy ?? "Remove",
	} as const;
	return classifyByMannWhitney(experimentData, controlData, { ...usual, ...params, direction }).classification;
}

/** What the case's effect sizes allow, where they allow anything; else its tolerance. Common-language effect sizes have no counterpart. */
function toleranceOf({ tolerance = USUAL_TOLERANCE, effectSizeThresholds, effectSizeMeasure }: Case["params"]) {
	const [lower, upper] = effectSizeMeasure === "cles" ? [1, 1] : (effectSizeThresholds ?? [1, 1]);
	return { up: upper > 1 ? Math.min(MOST_TOLERANCE, upper - 1) : tolerance, down: lower < 1 ? 1 - lower : tolerance };
}

function gatesOf(direction: Direction, { up, down }: { readonly up: number; readonly down: number }): readonly string[] {
	const percent = (share: number) => `${Number((100 * share).toPrecision(4))}%`;
	const gates = [];
	if (direction !== "Decrease") gates.push(`business of higher <= champion + ${percent(up)}`);
	if (direction !== "Increase") gates.push(`business of lower >= champion - ${percent(down)}`);
	return gates;
}

function sidesOf(direction: Direction, { up, down }: { readonly up: number; readonly down: number }) {
	return { up: direction === "Decrease" ? null : up, down: direction === "Increase" ? null : down };
}

function whyOf(row: Omit<KayentaRow, "why">, { params }: Case): string {
	const { n, means, kayenta, ours, needed, lift } = row;
	const agrees = (kayenta === "Pass" && ours === "pass") || (kayenta !== "Pass" && ours === "fail");
	const least = Math.min(...n);
	if (least === 0) return "Nothing is known. Kayenta leaves such a metric out of its score; `unknown` never promotes.";
	if (means[1] === 0)
		return "No percentage of a mean of 0 can be tolerated: such a metric needs a bound in its own unit, or a count as `error_rate`.";
	if (agrees) return "The same.";
	const then = needed === null ? constantly(row) : ` About ${needed.values} an arm like these: ${needed.verdict}.`;
	const identical = lift === 0 ? " (they are equal to the last digit)" : "";
	if (least < LEAST_VALUES)
		return `${least} values${identical} say too little about a mean: we ask for ${LEAST_VALUES} an arm.${then}`;
	if (params.effectSizeMeasure === "cles" && kayenta === "Pass")
		return (
			"Kayenta was told to let a challenger pass that is larger in up to 80 % of all pairs; our gate holds the mean to its tolerance." +
			then
		);
	if (kayenta === "Pass")
		return `Kayenta passes what it cannot tell apart; we pass what is proven to be within the tolerance.${then}`;
	if (ours === "pass") return "Kayenta finds a difference, of any size; that it is within the tolerance of the gate is proven.";
	return `A difference beyond the tolerance is likely and not proven.${then}`;
}

/** The one case in which more of the same would not help. */
function constantly({ ours, n }: Omit<KayentaRow, "why">): string {
	return ours === "unknown" && Math.min(...n) > 0
		? " Of values that never vary no number would do: chance is estimated from how much they vary."
		: "";
}

function liftOf(challenger: number | null, champion: number | null): number | null {
	return challenger === null || champion === null || champion === 0 ? null : challenger / champion - 1;
}

function meanOf(values: readonly number[]): number | null {
	return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
