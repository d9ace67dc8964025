import { HeadgateError } from "@headgate/protocol";
import type { Prediction } from "./model.ts";
import type { GroupResult } from "./onnx/run-groups.ts";

const MAX_QUEUED_REQUESTS = 4096;

interface Waiting {
	readonly instances: readonly unknown[];
	readonly deadlineMs: number;
	readonly resolve: (predictions: readonly Prediction[]) => void;
	readonly reject: (error: HeadgateError) => void;
}

export interface MicroBatcherOptions {
	/** Runs one batch. Rejecting fails every request in it with `runtime.worker-lost`. */
	readonly runBatch: (groups: readonly (readonly unknown[])[]) => Promise<readonly GroupResult[]>;
	/** A batch takes requests until it holds this many rows; a larger request goes alone. */
	readonly maxRows: number;
	/** Batches under way at once; requests that come meanwhile make up the next batch. */
	readonly maxInFlight: number;
}

/** Gathers the requests of one tick of the event loop, and those that wait for a busy model, into batches. */
export class MicroBatcher {
	readonly #options: MicroBatcherOptions;
	#queue: Waiting[] = [];
	#inFlight = 0;
	#scheduled = false;

	constructor(options: MicroBatcherOptions) {
		this.#options = options;
	}

	run(instances: readonly unknown[], deadlineMs = Number.POSITIVE_INFINITY): Promise<readonly Prediction[]> {
		if (this.#queue.length >= MAX_QUEUED_REQUESTS) this.#expire();
		if (this.#queue.length >= MAX_QUEUED_REQUESTS) {
			return Promise.reject(
				new HeadgateError("runtime.overloaded", `${MAX_QUEUED_REQUESTS} requests wait for the model already`),
			);
		}
		return new Promise((resolve, reject) => {
			this.#queue.push({ instances, deadlineMs, resolve, reject });
			this.#schedule();
		});
	}

	/** Fails everything that waits; batches under way are the runner's to end. */
	failQueued(error: HeadgateError): void {
		const waiting = this.#queue;
		this.#queue = [];
		for (const request of waiting) request.reject(error);
	}

	#schedule(): void {
		if (this.#scheduled || this.#inFlight >= this.#options.maxInFlight || this.#queue.length === 0) return;
		this.#scheduled = true;
		setImmediate(() => {
			this.#scheduled = false;
			this.#expire();
			while (this.#queue.length > 0 && this.#inFlight < this.#options.maxInFlight) void this.#dispatch(this.#take());
		});
	}

	#expire(): void {
		const now = performance.now();
		if (!this.#queue.some((request) => request.deadlineMs <= now)) return;
		const kept: Waiting[] = [];
		for (const request of this.#queue) {
			if (request.deadlineMs > now) kept.push(request);
			else request.reject(new HeadgateError("runtime.expired", "the request's time was over before the model took it up"));
		}
		this.#queue = kept;
	}

	#take(): Waiting[] {
		let rows = 0;
		let count = 0;
		for (const request of this.#queue) {
			if (count > 0 && rows + request.instances.length > this.#options.maxRows) break;
			rows += request.instances.length;
			count++;
		}
		return this.#queue.splice(0, count);
	}

	async #dispatch(batch: readonly Waiting[]): Promise<void> {
		this.#inFlight++;
		try {
			const results = await this.#options.runBatch(batch.map((request) => request.instances));
			for (const [index, request] of batch.entries()) {
				const result = results[index]!;
				if ("predictions" in result) request.resolve(result.predictions);
				else request.reject(new HeadgateError("runtime.run-failed", result.error));
			}
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			for (const request of batch) request.reject(new HeadgateError("runtime.worker-lost", reason));
		} finally {
			this.#inFlight--;
			this.#schedule();
		}
	}
}
