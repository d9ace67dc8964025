import { timeText } from "@headgate/core/analysis";
import type { ForecastView } from "../remote/views.ts";

/** Below this traffic of the last minute says nothing of the next ones. */
const MIN_REQUESTS_PER_SECOND = 0.1;

/** Before a rollout: how long it will take and what each gate can and cannot see, at the endpoint's own traffic. */
export function renderForecast(view: ForecastView): string[] {
	const { likelySeconds, longestSeconds, requestsPerSecond, gates, undecided } = view;
	if (longestSeconds === 0) return ["promoted as soon as it is ready: nothing is judged before"];
	if (requestsPerSecond < MIN_REQUESTS_PER_SECOND) {
		return [
			`at the longest ${timeText(longestSeconds)}; the endpoint had no traffic in the last minute, so what its gates see cannot be said`,
		];
	}
	const lines = [
		`at ${rate(requestsPerSecond)} requests/s: likely ${timeText(likelySeconds)}, at the longest ${timeText(longestSeconds)}`,
	];
	for (const { gate, passSeconds, sees } of gates) {
		const seen = sees.map(({ effect, seconds }) => `${effect} in ${timeText(seconds)}`).slice(0, MOST_SIGHTS);
		const proof = passSeconds === null ? "no proof at this rate" : `proof in ${timeText(passSeconds)}`;
		const blind = seen.length === 0 ? ["sees nothing before outcomes come in"] : seen;
		lines.push(`  ${gate}: ${[...blind, proof].join(", ")}`);
	}
	for (const gate of undecided) lines.push(`  ${gate} will not be proven within this plan: it ends as on_unknown says`);
	return lines;
}

const MOST_SIGHTS = 4;

function rate(perSecond: number): string {
	return perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}
