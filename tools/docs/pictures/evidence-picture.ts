import type { Judgement } from "@headgate/core/analysis";
import { judgeRule, type RolloutScript, seededRandom, simulateRollout } from "@headgate/core/simulation";
import { renderLineChart, type Series, ticks } from "./line-chart.ts";
import { changeOf, GATE, planOf } from "./pictured-rollout.ts";

const SEED = 17;
const SECONDS = 120;
const RATE = 500;

/** The fail side's evidence of one gate, second by second, in rollouts of the simulator's `real` world: healthy, and worse by so much. */
export function evidencePicture(): string {
	const colours = { "A/A": "#1b7f3b", "+1pp": "#b36b00", "+5pp": "#8a2be2" } as const;
	const names = { "A/A": "healthy", "+1pp": "+1pp errors", "+5pp": "+5pp errors" } as const;
	const series = (Object.keys(colours) as (keyof typeof colours)[]).map(
		(change): Series => ({ name: names[change], colour: colours[change], points: evidenceOf(change) }),
	);
	return renderLineChart({
		title: `Evidence of harm, ${GATE}, ${RATE} requests/s, 10 % on trial`,
		x: { title: "seconds of the canary", from: 0, to: SECONDS, ticks: ticks(0, SECONDS, 20) },
		y: { title: "log10 of the e-value", from: -2, to: 4, ticks: ticks(-2, 4, 1) },
		series,
		levels: [{ at: 2.76, text: "rolled back (1 in 571)" }],
		bands: [{ from: 0, to: 10, text: "warm-up" }],
	});
}

function evidenceOf(change: string): [number, number][] {
	const points: [number, number][] = [[0, 0]];
	const onJudgement = ({ gates, second }: Judgement) => {
		const gate = gates.find((one) => one.gate === GATE)!;
		points.push([second + 1, gate.logEFail / Math.LN10]);
	};
	const script: RolloutScript = {
		plan: planOf(),
		world: "real",
		requestsPerSecond: RATE,
		change: changeOf(change),
		onsetSecond: 0,
		durationSeconds: SECONDS,
	};
	simulateRollout(script, seededRandom(SEED), judgeRule(script.plan, { onJudgement }));
	return points;
}
