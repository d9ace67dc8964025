import { readdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import os from "node:os";
import type { HostFacts } from "@headgate/packaging";
import { runtimeVersions } from "@headgate/runtime";

/** What this machine has for the packages kept in a folder. A limit of a container counts before the machine's memory. */
export async function hostFacts(folder: string): Promise<HostFacts> {
	const { bavail, bsize } = await statfs(folder);
	const constrained = process.constrainedMemory();
	const total = os.totalmem();
	return {
		memoryBytes: constrained > 0 ? Math.min(constrained, total) : total,
		diskFreeBytes: bavail * bsize,
		cpus: os.availableParallelism(),
		gpus: graphicsCards(),
		versions: runtimeVersions(),
	};
}

/** Cards with NVIDIA's driver; nothing here would use others. */
function graphicsCards(): number {
	try {
		return readdirSync("/dev").filter((name) => /^nvidia\d+$/.test(name)).length;
	} catch {
		return 0;
	}
}
