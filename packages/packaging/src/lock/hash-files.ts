import { join } from "node:path";
import type { PackageFile } from "../files/walk-package.ts";
import { type HashOptions, hashWhole } from "./hash-file.ts";

/** As many as measured to be worth it: a third thread on two cores makes nothing faster. */
const LANES = 2;

/** The sha256 of files below a folder, in their order, two files at a time. */
export async function hashFiles(root: string, files: readonly PackageFile[], options: HashOptions = {}): Promise<string[]> {
	const digests: string[] = new Array<string>(files.length);
	// The largest first, so that no lane is left with one at the end.
	const waiting = files.map((file, index) => ({ file, index })).sort((a, b) => a.file.size - b.file.size);
	const lane = async (): Promise<void> => {
		for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
			digests[next.index] = await hashWhole(join(root, next.file.path), next.file.size, options);
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	return digests;
}
