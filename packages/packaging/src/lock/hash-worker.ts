import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** One job of a hashing thread: the digest of [from, to) of a file as a whole, or of each of its chunks. */
export interface HashJob {
	readonly path: string;
	readonly from: number;
	readonly to: number;
	/** Bytes of a chunk; absent: one digest over all. */
	readonly chunk?: number;
}

export type HashReport = { readonly bytes: number } | { readonly digests: Uint8Array };

const READ_BYTES = 1024 * 1024;

function run(job: HashJob): Buffer {
	const descriptor = openSync(job.path, "r");
	const buffer = Buffer.allocUnsafe(READ_BYTES);
	const digests: Buffer[] = [];
	const step = job.chunk ?? Math.max(1, job.to - job.from);
	try {
		for (let start = job.from; start < job.to; start += step) {
			const hash = createHash("sha256");
			const end = Math.min(start + step, job.to);
			for (let at = start; at < end; ) {
				const count = readSync(descriptor, buffer, 0, Math.min(READ_BYTES, end - at), at);
				if (count === 0) break;
				hash.update(buffer.subarray(0, count));
				at += count;
				parentPort?.postMessage({ bytes: count } satisfies HashReport);
			}
			digests.push(hash.digest());
		}
	} finally {
		closeSync(descriptor);
	}
	return Buffer.concat(digests);
}

if (parentPort !== null) parentPort.postMessage({ digests: run(workerData as HashJob) } satisfies HashReport);
