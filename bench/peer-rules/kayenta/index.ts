import type { Random, SimulatedRule } from "@headgate/core/simulation";
import { ArmRange } from "../sample-quantile.ts";
import { classifyByMannWhitney, type KayentaOptions } from "./classify.ts";

const POINT_SECONDS = 10;
const EVERY_SECONDS = 60;
const OPTIONS: KayentaOptions = { tolerance: 0.25, confLevel: 0.98, direction: "Increase" };

/** Kayenta, generously: each minute over all points of 10 s so far, errors and p95 critical, tolerance 0.25, confidence 0.98. */
export function kayenta(random: Random): SimulatedRule {
	const points = {
		challenger: { errors: [] as number[], p95: [] as number[] },
		champion: { errors: [] as number[], p95: [] as number[] },
	};
	let ranges = { challenger: new ArmRange(), champion: new ArmRange() };
	return {
		latencyUs: [],
		second(counts) {
			for (const arm of ["challenger", "champion"] as const) ranges[arm].add(counts[arm]);
			if ((counts.second + 1) % POINT_SECONDS !== 0) return null;
			for (const arm of ["challenger", "champion"] as const) {
				points[arm].errors.push(ranges[arm].errorRatio());
				points[arm].p95.push(ranges[arm].p95Us(random));
			}
			ranges = { challenger: new ArmRange(), champion: new ArmRange() };
			if ((counts.second + 1) % EVERY_SECONDS !== 0) return null;
			for (const metric of ["errors", "p95"] as const) {
				const { classification } = classifyByMannWhitney(points.challenger[metric], points.champion[metric], OPTIONS);
				if (classification === "High") return metric;
			}
			return null;
		},
	};
}
