import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { ChunkHasher } from "./chunk-hasher.ts";

/** One job of a hashing thread: the digest of [from, to) of a file as a whole, or of each of its chunks, or one after the other. */
export interface HashJob {
	readonly path: string;
	readonly from: number;
	readonly to: number;
	/** Bytes of a chunk; absent: one digest over all. */
	readonly chunk?: number;
	/** In one pass the digest over all, then those of its chunks, at the lowest priority: nobody waits for it. */
	readonly background?: boolean;
}

export type HashReport = { readonly bytes: number } | { readonly digests: Uint8Array };

const READ_BYTES = 1024 * 1024;

function run(job: HashJob): Buffer {
	if (job.background === true) return runInBackground(job);
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

function runInBackground(job: HashJob): Buffer {
	// On Linux this is the thread's own, not the process's.
	if (process.platform === "linux") setPriority(0, constants.priority.PRIORITY_LOW);
	const descriptor = openSync(job.path, "r");
	const buffer = Buffer.allocUnsafe(READ_BYTES);
	const hasher = new ChunkHasher();
	try {
		for (let at = job.from; at < job.to; ) {
			const count = readSync(descriptor, buffer, 0, Math.min(READ_BYTES, job.to - at), at);
			if (count === 0) break;
			hasher.update(buffer.subarray(0, count));
			at += count;
			parentPort?.postMessage({ bytes: count } satisfies HashReport);
		}
	} finally {
		closeSync(descriptor);
	}
	const { sha256, chunks } = hasher.finish();
	return Buffer.concat([Buffer.from(sha256, "hex"), Buffer.from(chunks, "base64")]);
}

if (parentPort !== null) parentPort.postMessage({ digests: run(workerData as HashJob) } satisfies HashReport);
