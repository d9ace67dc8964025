import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SmokeLoad } from "@headgate/packaging";

/** So many control processes may end during the first load of one package before that is held against it. */
const MOST_ENDED = 3;

/**
 * Runs the first load of a package, noting in `folder` which control process began it. One that took its control processes with it again
 * and again is not begun once more: the rollout that asks for it would otherwise keep control from ever running.
 */
export async function rememberedLoad(folder: string, digest: string, load: () => Promise<SmokeLoad>): Promise<SmokeLoad> {
	const note = path.join(folder, digest.replace(/^sha256:/, ""));
	const began = (await readFile(note, "utf8").catch(() => "")).split("\n").filter((pid) => pid !== "");
	const self = String(process.pid);
	const ended = began.filter((pid) => pid !== self).length;
	try {
		if (ended >= MOST_ENDED) return tookControlAlong(ended);
		await mkdir(folder, { recursive: true });
		await writeFile(note, `${[...new Set([...began, self])].join("\n")}\n`);
		return await load();
	} finally {
		await rm(note, { force: true });
	}
}

function tookControlAlong(times: number): SmokeLoad {
	const end = { kind: "crashed", how: `the control process with it, ${times} times`, phase: "loading", stderr: "" } as const;
	return { end, startMs: null, examples: 0, latencyMs: null, peakBytes: null };
}
