import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { classifyByMannWhitney, classifyByMeans, type KayentaOptions } from "./classify.ts";
import { shiftInterval, wilcoxonDifference } from "./wilcoxon.ts";

const DATA = resolve(import.meta.dirname, "../../../../shared/data/canary");

interface Case {
	readonly name: string;
	readonly arrays: { readonly experimentData: number[]; readonly controlData: number[] };
	readonly classifier: string;
	readonly params: Partial<KayentaOptions>;
	readonly direction: KayentaOptions["direction"];
	readonly nan_strategy: "Remove" | "Replace" | null;
	readonly is_critical_metric: boolean;
	readonly expected: { readonly classification: string | null; readonly critical: boolean | null };
}

const cases = JSON.parse(readFileSync(`${DATA}/kayenta_classifier_cases.json`, "utf8")) as Case[];
const [diff, problem] = JSON.parse(readFileSync(`${DATA}/kayenta_mannwhitney_cases.json`, "utf8"));

describe("Kayenta's judge, as it is compared with ours", () => {
	it.each(cases.filter(({ expected }) => expected.classification !== null))(
		"$name: says what Kayenta's own test expects",
		({ arrays, classifier, params, direction, nan_strategy, is_critical_metric, expected }) => {
			const { experimentData, controlData } = arrays;
			const options: KayentaOptions = {
				tolerance: 0.25,
				confLevel: 0.95,
				...params,
				direction,
				nanStrategy: nan_strategy ?? "Remove",
				isCritical: is_critical_metric,
			};
			const said =
				classifier === "MeanInequalityClassifier"
					? classifyByMeans(experimentData, controlData, direction)
					: classifyByMannWhitney(experimentData, controlData, options);
			expect(said.classification).toBe(expected.classification);
			if (expected.critical !== null) expect(said.critical).toBe(expected.critical);
		},
	);

	it("takes one failed answer among windows without any for no shift: nothing is told from ties at 0", () => {
		const options = { tolerance: 0.25, confLevel: 0.98, direction: "Increase" } as const;
		const quiet = new Array<number>(12).fill(0);
		const withOne = (share: number, at: number) => quiet.with(at, share);
		for (const [experiment, control] of [
			[withOne(0.2, 3), quiet],
			[withOne(0.1, 3), withOne(0.02, 5)],
			[withOne(0.2, 3), withOne(0.022222, 5)],
			[withOne(0.25, 3), withOne(0.02, 5).with(7, 0.02)],
		] as const)
			expect(classifyByMannWhitney(experiment, control, options).classification).toBe("Pass");
	});

	it("has the rank statistic that R has", () => {
		expect(wilcoxonDifference(0, 0, diff.arrays.x, diff.arrays.y)).toBeCloseTo(-1.229416, 5);
	});

	it("finds the ends of the interval to their last digit, where R's root finder stops within 1e-4 of them", () => {
		// What Kayenta's test expects is where that tolerance stops, on values that lie 1e-5 apart: far outside the interval.
		const expected = { low: -1.4808028936386108e-5, high: 1.808255910873413e-5 };
		const { low, high } = shiftInterval(problem.arrays.experiment, problem.arrays.control, 0.98);
		expect(low).toBeGreaterThan(expected.low);
		expect(high).toBeLessThan(expected.high);
		for (const [end, quantile] of [
			[low, 2.3263478740408408],
			[high, -2.3263478740408408],
		] as const) {
			const { experiment, control } = problem.arrays;
			expect(wilcoxonDifference(end - 1e-8, quantile, experiment, control)).toBeGreaterThanOrEqual(0);
			expect(wilcoxonDifference(end + 1e-8, quantile, experiment, control)).toBeLessThanOrEqual(0);
		}
	});
});
