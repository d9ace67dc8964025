import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Staging folders of this process that are in use. */
const active = new Set<string>();

/** Makes `incoming/<pid>-<uuid>`: what is in it is nobody's until it is renamed away. */
export async function openStaging(incoming: string): Promise<{ readonly path: string; discard(): Promise<void> }> {
	const path = join(incoming, `${process.pid}-${randomUUID()}`);
	active.add(path);
	await mkdir(path, { mode: 0o755 });
	return {
		path,
		async discard() {
			await rm(path, { recursive: true, force: true });
			active.delete(path);
		},
	};
}

/** Removes what ended processes left behind. What a living process is writing stays. */
export async function clearLeftovers(incoming: string): Promise<void> {
	for (const name of await readdir(incoming)) {
		const path = join(incoming, name);
		const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
		const inUse = pid === process.pid ? active.has(path) : isAlive(pid);
		if (!inUse) await rm(path, { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	if (pid === 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}
