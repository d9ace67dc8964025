import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { CHUNK_BYTES, ChunkHasher, type FileHashes, fileHashes } from "./chunk-hasher.ts";
import type { HashJob, HashReport } from "./hash-worker.ts";

/** Above this a file is worth two threads. */
export const PARALLEL_MIN_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 1024 * 1024;

export interface HashOptions {
	/** Called with the bytes hashed since the last call. */
	readonly onBytes?: ((bytes: number) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Files larger than this are hashed by two threads; default 64 MiB. */
	readonly parallelMinBytes?: number;
}

/** All digests of a file. Two threads share a large one: one takes the whole, the other the chunks. */
export async function hashFile(path: string, options: HashOptions = {}): Promise<FileHashes> {
	const { size } = await lstat(path);
	if (size > (options.parallelMinBytes ?? PARALLEL_MIN_BYTES)) {
		const [whole, chunks] = await Promise.all([
			runWorker({ path, from: 0, to: size }, options.onBytes, options.signal),
			runWorker({ path, from: 0, to: size, chunk: CHUNK_BYTES }, undefined, options.signal),
		]);
		return fileHashes(size, whole.toString("hex"), chunks);
	}
	const hasher = new ChunkHasher();
	for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES, signal: options.signal })) {
		hasher.update(bytes as Buffer);
		options.onBytes?.((bytes as Buffer).length);
	}
	return hasher.finish();
}

/** The chunk digests of a file of known size: half of a large one on each of two threads. */
export async function hashChunks(path: string, size: number, options: HashOptions = {}): Promise<Buffer> {
	if (size <= (options.parallelMinBytes ?? PARALLEL_MIN_BYTES)) {
		return Buffer.from((await hashFile(path, options)).chunks, "base64");
	}
	const middle = Math.ceil(size / CHUNK_BYTES / 2) * CHUNK_BYTES;
	const halves = await Promise.all([
		runWorker({ path, from: 0, to: middle, chunk: CHUNK_BYTES }, options.onBytes, options.signal),
		runWorker({ path, from: middle, to: size, chunk: CHUNK_BYTES }, options.onBytes, options.signal),
	]);
	return Buffer.concat(halves);
}

/** All digests of a file in one pass on one thread of the lowest priority: what serves beside it is hardly slower. */
export async function hashInBackground(path: string, options: HashOptions = {}): Promise<FileHashes> {
	const { size } = await lstat(path);
	const digests = await runWorker({ path, from: 0, to: size, background: true }, options.onBytes, options.signal);
	return fileHashes(size, digests.subarray(0, 32).toString("hex"), digests.subarray(32));
}

/** The sha256 of a whole file, 64 hexadecimal digits: on a thread of its own when it is large. */
export async function hashWhole(path: string, size: number, options: HashOptions = {}): Promise<string> {
	if (size > (options.parallelMinBytes ?? PARALLEL_MIN_BYTES)) {
		return (await runWorker({ path, from: 0, to: size }, options.onBytes, options.signal)).toString("hex");
	}
	const hash = createHash("sha256");
	for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES, signal: options.signal })) {
		hash.update(bytes as Buffer);
		options.onBytes?.((bytes as Buffer).length);
	}
	return hash.digest("hex");
}

function runWorker(job: HashJob, onBytes?: (bytes: number) => void, signal?: AbortSignal): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), { workerData: job });
		const stop = (): void => {
			void worker.terminate();
			reject(signal?.reason);
		};
		signal?.addEventListener("abort", stop, { once: true });
		worker.on("message", (report: HashReport) => {
			if ("bytes" in report) onBytes?.(report.bytes);
			else resolve(Buffer.from(report.digests));
		});
		worker.on("error", reject);
		worker.on("exit", (code) => {
			signal?.removeEventListener("abort", stop);
			if (code !== 0) reject(new Error(`a hashing thread ended with code ${code}`));
		});
	});
}
