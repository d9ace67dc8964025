import { Worker } from "node:worker_threads";
import { HeadgateError } from "@headgate/protocol";
import type { EngineSpec } from "./engine.ts";
import type { GroupResult } from "./run-groups.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

const START_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 2_000;

interface Batch {
	readonly resolve: (results: readonly GroupResult[]) => void;
	readonly reject: (error: Error) => void;
	readonly sentMs: number;
}

/** One life of the thread that runs a model: from its start to its end, which `ended` tells with a reason. */
export class WorkerThread {
	readonly #worker: Worker;
	readonly #batches = new Map<number, Batch>();
	#next = 0;
	#reason: string | null = null;
	readonly #ended = Promise.withResolvers<string>();
	readonly #ready = Promise.withResolvers<{ warmupP99Ms: number | null }>();

	constructor(spec: EngineSpec) {
		// The package's code sees no environment, and what it prints goes nowhere: stdout belongs to the command.
		this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
			workerData: spec,
			env: {},
			execArgv: [],
			stdout: true,
			stderr: true,
		});
		this.#worker.stdout.resume();
		this.#worker.stderr.resume();
		this.#worker.on("message", (message: FromWorker) => this.#receive(message));
		this.#worker.on("error", (error: Error) => (this.#reason ??= error.message));
		this.#worker.on("exit", (code) => this.#end(this.#reason ?? `the model's thread ended with code ${code}`));
		this.#ready.promise.catch(() => {});
	}

	get ended(): Promise<string> {
		return this.#ended.promise;
	}

	/** Rejects with `runtime.load-failed`. */
	async ready(): Promise<{ warmupP99Ms: number | null }> {
		const timer = setTimeout(() => void this.terminate(`not loaded within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
		try {
			return await this.#ready.promise;
		} finally {
			clearTimeout(timer);
		}
	}

	runBatch(groups: readonly (readonly unknown[])[]): Promise<readonly GroupResult[]> {
		if (this.#reason !== null) return Promise.reject(new Error(this.#reason));
		const batch = this.#next++;
		return new Promise((resolve, reject) => {
			this.#worker.postMessage({ batch, groups } satisfies ToWorker);
			this.#batches.set(batch, { resolve, reject, sentMs: performance.now() });
		});
	}

	/** How long the oldest batch has been out; 0 when idle. */
	busyMs(): number {
		for (const batch of this.#batches.values()) return performance.now() - batch.sentMs;
		return 0;
	}

	async terminate(reason: string): Promise<void> {
		this.#reason ??= reason;
		await this.#worker.terminate();
	}

	/** Lets the thread free the session; ends it after 2 s all the same. */
	async close(): Promise<void> {
		this.#reason ??= "the model was closed";
		this.#worker.postMessage({ close: true } satisfies ToWorker);
		const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_LIMIT_MS);
		await this.#ended.promise;
		clearTimeout(timer);
	}

	#receive(message: FromWorker): void {
		if ("ready" in message) this.#ready.resolve(message.ready);
		else if ("failed" in message) this.#reason = message.failed;
		else {
			const batch = this.#batches.get(message.batch);
			this.#batches.delete(message.batch);
			batch?.resolve(message.results);
		}
	}

	#end(reason: string): void {
		this.#reason ??= reason;
		this.#ready.reject(new HeadgateError("runtime.load-failed", reason));
		for (const batch of this.#batches.values()) batch.reject(new Error(reason));
		this.#batches.clear();
		this.#ended.resolve(reason);
	}
}
