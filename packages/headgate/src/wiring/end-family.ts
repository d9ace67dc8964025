import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends a process that leads a group, its group, and what left the group but still descends from it. What was started by one that has
 * ended before is known by its group alone; so is everything on a system without /proc.
 */
export function endFamily(pid: number | undefined): void {
	if (pid === undefined) return;
	const descendants = descendantsOf(pid);
	for (const one of [-pid, ...descendants]) {
		try {
			process.kill(one, "SIGKILL");
		} catch {
			// It has ended by itself.
		}
	}
}

function descendantsOf(pid: number, seen: Set<number> = new Set()): Set<number> {
	for (const child of childrenOf(pid)) {
		if (seen.has(child)) continue;
		seen.add(child);
		descendantsOf(child, seen);
	}
	return seen;
}

/** Each thread lists the children that it started. */
function childrenOf(pid: number): number[] {
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
			const pids = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").match(/\d+/g);
			return (pids ?? []).map(Number);
		});
	} catch {
		return [];
	}
}
