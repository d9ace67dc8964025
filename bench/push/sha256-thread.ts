import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** Bytes [from, to) of a file. */
export interface Range {
	readonly path: string;
	readonly from: number;
	readonly to: number;
}

const READ_BYTES = 1024 * 1024;

function sha256({ path, from, to }: Range): string {
	const descriptor = openSync(path, "r");
	const buffer = Buffer.allocUnsafe(READ_BYTES);
	const hash = createHash("sha256");
	for (let at = from; at < to; ) {
		const count = readSync(descriptor, buffer, 0, Math.min(READ_BYTES, to - at), at);
		if (count === 0) break;
		hash.update(buffer.subarray(0, count));
		at += count;
	}
	closeSync(descriptor);
	return hash.digest("hex");
}

parentPort?.postMessage(sha256(workerData as Range));
