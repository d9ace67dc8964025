import { mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HeadgateError } from "@headgate/protocol";

/**
 * Fills a new folder beside the target and moves it there when `fill` is done: whatever fails before leaves nothing behind.
 * Throws HeadgateError `import.exists` for a target that holds something.
 */
export async function stageFolder<T>(target: string, fill: (staging: string) => Promise<T>): Promise<T> {
	const full = resolve(target);
	const present = await readdir(full).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined;
		throw new HeadgateError("import.exists", `${target} is there and is no folder`, { path: target, cause: error });
	});
	if (present !== undefined && present.length > 0) {
		throw new HeadgateError("import.exists", `${target} holds ${present.length} file${present.length === 1 ? "" : "s"} already`, {
			path: target,
		});
	}
	const staging = join(dirname(full), `.${basename(full)}.importing-${process.pid}`);
	await mkdir(dirname(full), { recursive: true });
	await mkdir(staging);
	try {
		const filled = await fill(staging);
		if (present !== undefined) await rmdir(full);
		await rename(staging, full);
		return filled;
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		throw error;
	}
}
