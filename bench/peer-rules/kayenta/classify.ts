import { shiftInterval } from "./wilcoxon.ts";

export type Classification = "Pass" | "High" | "Low" | "Nodata";
export type Direction = "Increase" | "Decrease" | "Either";

export interface KayentaOptions {
	readonly tolerance: number;
	readonly confLevel: number;
	readonly direction: Direction;
	/** What NaN stands for; empty data after it is Nodata. */
	readonly nanStrategy?: "Remove" | "Replace";
	/** Effects between these are no change: [decrease, increase]. */
	readonly effectSizeThresholds?: readonly [number, number];
	readonly criticalThresholds?: readonly [number, number];
	readonly effectSizeMeasure?: "meanRatio" | "cles";
	readonly isCritical?: boolean;
}

export interface Classified {
	readonly classification: Classification;
	readonly critical: boolean;
}

/**
 * Kayenta's Mann-Whitney classifier: High when the interval of the shift lies wholly above tolerance times its estimate and the effect is at
 * least what is allowed; Low mirrored. Source: spinnaker/kayenta a69573b, MannWhitneyClassifier.scala (read, not copied).
 */
export function classifyByMannWhitney(
	experiment: readonly number[],
	control: readonly number[],
	options: KayentaOptions,
): Classified {
	const [x, y] = [withoutNaN(experiment, options), withoutNaN(control, options)];
	if (x.length === 0 || y.length === 0) return { classification: "Nodata", critical: options.isCritical === true };
	const base = compare(x, y, options);
	const effect = effectOf(x, y, options.effectSizeMeasure ?? "meanRatio");
	const [lower, upper] = options.effectSizeThresholds ?? defaults(options);
	const classification = confirmed(base, effect, lower, upper);
	if (options.isCritical !== true) return { classification, critical: false };
	const [criticalLower, criticalUpper] = options.criticalThresholds ?? defaults(options);
	const isCritical = confirmed(base, effect, criticalLower, criticalUpper) !== "Pass";
	return { classification: isCritical ? base : classification, critical: isCritical };
}

/** Kayenta's simplest classifier: any difference of the means is a change. */
export function classifyByMeans(experiment: readonly number[], control: readonly number[], direction: Direction): Classified {
	if (experiment.length === 0 || control.length === 0) return { classification: "Nodata", critical: false };
	const difference = mean(experiment) - mean(control);
	const is = (one: Direction) => direction === "Either" || direction === one;
	if (difference > 0 && is("Increase")) return { classification: "High", critical: false };
	if (difference < 0 && is("Decrease")) return { classification: "Low", critical: false };
	return { classification: "Pass", critical: false };
}

function compare(x: readonly number[], y: readonly number[], options: KayentaOptions): Classification {
	const same = x.length === y.length && x.every((value, index) => value === y[index]);
	if (same) return "Pass";
	// Two constants are told apart by their values: ranks alone cannot say by how much.
	if (new Set(x).size === 1 && new Set(y).size === 1) return sided(x[0]! - y[0]!, x[0]! - y[0]!, 0, options.direction);
	const { low, high, estimate } = shiftInterval(x, y, options.confLevel);
	return sided(low, high, options.tolerance * estimate, options.direction);
}

function sided(low: number, high: number, critical: number, direction: Direction): Classification {
	const is = (one: Direction) => direction === "Either" || direction === one;
	if (is("Increase") && low > Math.abs(critical)) return "High";
	if (is("Decrease") && high < -Math.abs(critical)) return "Low";
	return "Pass";
}

function confirmed(base: Classification, effect: number, lower: number, upper: number): Classification {
	if (base === "High") return effect >= upper ? "High" : "Pass";
	if (base === "Low") return effect <= lower ? "Low" : "Pass";
	return base;
}

function defaults({ effectSizeMeasure = "meanRatio" }: KayentaOptions): readonly [number, number] {
	return effectSizeMeasure === "cles" ? [0.5, 0.5] : [1, 1];
}

/** Ratio of the means, or how often a value of x is above one of y. */
function effectOf(x: readonly number[], y: readonly number[], measure: "meanRatio" | "cles"): number {
	if (measure === "meanRatio") return mean(y) === 0 ? Number.POSITIVE_INFINITY : mean(x) / mean(y);
	const wins = x.reduce((sum, a) => sum + y.reduce((inner, b) => inner + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);
	return wins / (x.length * y.length);
}

function withoutNaN(values: readonly number[], { nanStrategy = "Remove" }: KayentaOptions): readonly number[] {
	if (nanStrategy === "Remove") return values.filter((value) => !Number.isNaN(value));
	return values.map((value) => (Number.isNaN(value) ? 0 : value));
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
