import { forecast } from "@headgate/core/analysis";
import { bucketOf } from "@headgate/core/statistics";
import { renderLineChart, type Series } from "./line-chart.ts";
import { GATE, planOf } from "./pictured-rollout.ts";

const RATES = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
const EFFECTS = {
	"x30 errors": "#8a2be2",
	"x10 errors": "#1f5fbf",
	"x5 errors": "#1b7f3b",
	"x3 errors": "#b36b00",
	"x2 errors": "#b00020",
} as const;
const WEEK_SECONDS = 7 * 86_400;

/** How long each size of harm takes to show, by traffic: what `headgate deploy` prints, for a champion that fails 0.3 % of the time. */
export function seeingPicture(): string {
	const plan = planOf([GATE]);
	const sightsAt = RATES.map((requestsPerSecond) => {
		const flow = { requestsPerSecond, failedShare: 0.003, latency: [[bucketOf(50_000), 1_000]] as const };
		return forecast(plan, flow).gates[0]!.sees;
	});
	const series = Object.entries(EFFECTS).flatMap(([effect, colour]): Series[] => {
		const points = RATES.flatMap((rate, index): [number, number][] => {
			const multiple = sightsAt[index]!;
			const sight = multiple.find((one) => one.effect.startsWith(effect));
			return sight === undefined || sight.seconds > WEEK_SECONDS ? [] : [[rate, sight.seconds]];
		});
		return points.length < 2 ? [] : [{ name: effect, colour, points, named: "start" }];
	});
	return renderLineChart({
		title: `When harm shows, ${GATE}, 10 % on trial, 0.3 % errors before`,
		x: {
			title: "requests a second, both versions",
			from: 5,
			to: 5_000,
			log: true,
			ticks: RATES.filter((rate) => /^[15]/.test(String(rate))).map((rate) => [rate, String(rate)]),
		},
		y: {
			title: "time until half of such rollouts are rolled back",
			from: 10,
			to: WEEK_SECONDS,
			log: true,
			ticks: [
				[10, "10 s"],
				[60, "1 min"],
				[600, "10 min"],
				[3_600, "1 h"],
				[86_400, "1 d"],
				[WEEK_SECONDS, "1 w"],
			],
		},
		series,
	});
}
