import { renderDuration } from "@headgate/core/kernel";

/** Before this a rate is chance: the first part that lands makes it zero or absurd. */
const SETTLED_SECONDS = 0.5;

/**
 * `pushing  42 %  812 MB/s  3 s left`: percentage, rate and time left of work measured in bytes, of which `fromBytes` were done before it
 * started.
 */
export function progressText(
	what: string,
	doneBytes: number,
	totalBytes: number,
	startedAtMs: number,
	nowMs: number = Date.now(),
	fromBytes = 0,
): string {
	const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
	const percentage = `${what}  ${Math.floor(share * 100)} %`;
	const seconds = (nowMs - startedAtMs) / 1_000;
	if (seconds < SETTLED_SECONDS) return percentage;
	const rate = (doneBytes - fromBytes) / seconds;
	const left =
		rate <= 0 || doneBytes >= totalBytes ? "" : `  ${renderDuration(Math.ceil((totalBytes - doneBytes) / rate) * 1_000)} left`;
	return `${percentage}  ${Math.round(rate / 1e6)} MB/s${left}`;
}
