import { readFileSync } from "node:fs";

/** USER_HZ of Linux: /proc counts in these. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process with all its threads since it began, in microseconds; steps of 10 ms. */
export function cpuTimeUs(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	// The name stands in brackets and may hold spaces and brackets itself.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const [user, system] = [Number(fields[11]), Number(fields[12])];
	return ((user + system) / TICKS_PER_SECOND) * 1e6;
}

export function childrenOf(pid: number): number[] {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}
