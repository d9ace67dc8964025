import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Range } from "./sha256-thread.ts";

/** Nothing but node:crypto: one thread over all of the file, another over all of it again. Returns ms. */
export function twiceAtOnce(path: string, bytes: number): Promise<number> {
	return timed([
		{ path, from: 0, to: bytes },
		{ path, from: 0, to: bytes },
	]);
}

/** Nothing but node:crypto: one thread over each half, which gives no digest of the whole. Returns ms. */
export function halves(path: string, bytes: number): Promise<number> {
	const middle = Math.floor(bytes / 2);
	return timed([
		{ path, from: 0, to: middle },
		{ path, from: middle, to: bytes },
	]);
}

async function timed(ranges: readonly Range[]): Promise<number> {
	const started = performance.now();
	await Promise.all(
		ranges.map(async (workerData) => {
			const worker = new Worker(new URL("./sha256-thread.ts", import.meta.url), { workerData });
			await Promise.all([once(worker, "message"), once(worker, "exit")]);
		}),
	);
	return performance.now() - started;
}
