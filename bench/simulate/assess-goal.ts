import type { SimulationSummary } from "@headgate/core/simulation";
import { percent } from "headgate/simulate";
import type { Goal } from "./goals.ts";

/** Whether the figure meets the goal, and how both are said. */
export function assessGoal(goal: Goal, summary: SimulationSummary) {
	const { rolledBack, early, interval, medianSeconds, medianInterval, medianBadAnswers } = summary;
	const share = `${percent(rolledBack)} (${percent(interval[0])} to ${percent(interval[1])})`;
	if (goal.kind === "false-rollbacks") {
		return { meets: rolledBack <= goal.most, figure: share, goal: `<= ${percent(goal.most)}` };
	}
	const { least, badAnswers } = goal;
	// A false alarm before the change is no detection; the others are held against those rollouts that lived to see the change.
	const found = early < 1 ? (rolledBack - early) / (1 - early) : 0;
	const alarms = early > 0 ? `, ${percent(early)} before the change` : "";
	const inTime = goal.medianSeconds === null || (medianSeconds !== null && medianSeconds <= goal.medianSeconds);
	const fewBad = badAnswers === undefined || (medianBadAnswers !== null && medianBadAnswers <= badAnswers);
	const between = medianInterval === null ? "" : ` (${medianInterval[0]} to ${medianInterval[1]})`;
	const bad = badAnswers === undefined ? "" : `, ${medianBadAnswers} bad`;
	return {
		meets: found >= least && inTime && fewBad,
		figure: `${share}${alarms}, ${medianSeconds ?? "-"} s${between}${bad}`,
		goal: [
			`>= ${percent(least)}`,
			goal.medianSeconds === null ? "" : `<= ${goal.medianSeconds} s`,
			badAnswers === undefined ? "" : `<= ${badAnswers} bad`,
		]
			.filter((part) => part !== "")
			.join(", "),
	};
}
