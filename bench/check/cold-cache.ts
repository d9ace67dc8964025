import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

/** Makes the kernel forget what it has read. Null when it did, else why it could not: then the figures are those of a warm cache. */
export function dropCaches(): string | null {
	try {
		execFileSync("sync");
		writeFileSync("/proc/sys/vm/drop_caches", "3");
		return null;
	} catch (error) {
		return `the page cache could not be dropped (${(error as NodeJS.ErrnoException).code}): it takes root`;
	}
}
