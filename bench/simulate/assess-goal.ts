import type { SimulationSummary } from "@headgate/core/simulation";
import type { Goal } from "./goals.ts";

/** Whether the figure meets the goal, and how both are said. */
export function assessGoal(goal: Goal, { rolledBack, interval, medianSeconds, medianBadAnswers }: SimulationSummary) {
	const share = `${percent(rolledBack)} (${percent(interval[0])} to ${percent(interval[1])})`;
	if (goal.kind === "false-rollbacks") {
		return { meets: rolledBack <= goal.most, figure: share, goal: `<= ${percent(goal.most)}` };
	}
	const { least, badAnswers } = goal;
	const inTime = goal.medianSeconds === null || (medianSeconds !== null && medianSeconds <= goal.medianSeconds);
	const fewBad = badAnswers === undefined || (medianBadAnswers !== null && medianBadAnswers <= badAnswers);
	const bad = badAnswers === undefined ? "" : `, ${medianBadAnswers} bad`;
	return {
		meets: rolledBack >= least && inTime && fewBad,
		figure: `${share}, ${medianSeconds ?? "-"} s${bad}`,
		goal: [
			`>= ${percent(least)}`,
			goal.medianSeconds === null ? "" : `<= ${goal.medianSeconds} s`,
			badAnswers === undefined ? "" : `<= ${badAnswers} bad`,
		]
			.filter((part) => part !== "")
			.join(", "),
	};
}

function percent(share: number): string {
	const hundred = share * 100;
	return `${hundred === 0 || hundred >= 10 ? Math.round(hundred) : hundred.toFixed(2)} %`;
}
