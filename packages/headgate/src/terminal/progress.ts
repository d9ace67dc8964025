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
	const seconds = Math.max(0.001, (nowMs - startedAtMs) / 1_000);
	const rate = (doneBytes - fromBytes) / seconds;
	const left = rate === 0 ? "" : `  ${Math.ceil((totalBytes - doneBytes) / rate)} s left`;
	return `${what}  ${Math.floor(share * 100)} %  ${Math.round(rate / 1e6)} MB/s${left}`;
}
