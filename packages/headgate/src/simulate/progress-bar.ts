import { renderDuration } from "@headgate/core/kernel";

const CELLS = 24;

/** `simulating  ########----------------  33 %  31,000 simulated s/s  12 s left`. */
export function progressBar(doneSeconds: number, totalSeconds: number, ms: number): string {
	const share = totalSeconds === 0 ? 1 : doneSeconds / totalSeconds;
	const filled = Math.round(share * CELLS);
	const bar = "#".repeat(filled) + "-".repeat(CELLS - filled);
	const rate = ms === 0 ? 0 : Math.round((doneSeconds / ms) * 1_000);
	const leftMs = doneSeconds === 0 ? 0 : ((totalSeconds - doneSeconds) / doneSeconds) * ms;
	const left = doneSeconds === 0 ? "" : `  ${renderDuration(Math.ceil(leftMs / 1_000) * 1_000)} left`;
	return `simulating  ${bar}  ${Math.floor(100 * share)} %  ${rate.toLocaleString("en")} simulated s/s${left}`;
}
