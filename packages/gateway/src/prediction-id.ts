import { randomBytes } from "node:crypto";

/**
 * Ids that sort by time: 12 hex digits of milliseconds, 4 that count within the millisecond, 16 random ones of this process.
 * They carry nothing of the request.
 */
export function predictionIds(now: () => number): () => string {
	const suffix = randomBytes(8).toString("hex");
	let lastMs = 0;
	let prefix = "";
	let count = 0;
	return () => {
		const ms = Math.floor(now());
		if (ms > lastMs || count === 0xffff) {
			lastMs = ms > lastMs ? ms : lastMs + 1;
			prefix = lastMs.toString(16).padStart(12, "0");
			count = 0;
		} else count++;
		return prefix + count.toString(16).padStart(4, "0") + suffix;
	};
}
