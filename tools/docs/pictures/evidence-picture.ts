import type { Judgement } from "@headgate/core/analysis";
import { NO_OBJECTIVES, type Plan, parsePlan } from "@headgate/core/plan";
import { judgeRule, parseChange, type RolloutScript, seededRandom, simulateRollout } from "@headgate/core/simulation";
import { renderLineChart, type Series } from "./line-chart.ts";

export const GATE = "error_rate <= champion + 0.1pp";
export const GATES = [GATE, "latency_p95 <= champion + 20%"];
const SEED = 17;
const SECONDS = 120;
const RATE = 500;

export function planOf(gates: readonly string[] = GATES): Plan {
	const stages = [{ canary: { weight: "10%", hold: "180s", gates } }, { canary: { weight: "50%", hold: "120s" } }, "promote"];
	const plan = parsePlan(stages, { objectives: NO_OBJECTIVES, businessPrimary: null });
	if (!plan.ok) throw new Error(plan.refusal.message);
	return plan.value;
}

export function changeOf(text: string) {
	const parsed = parseChange(text);
	if (!parsed.ok) throw new Error(parsed.refusal.message);
	return parsed.value;
}

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

export function ticks(from: number, to: number, step: number): [number, string][] {
	return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => [from + i * step, String(from + i * step)]);
}
