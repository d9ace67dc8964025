import { HeadgateError } from "@headgate/protocol";
import { MicroBatcher } from "../micro-batcher.ts";
import type { Prediction } from "../model.ts";
import type { EngineSpec } from "./engine.ts";
import { WorkerThread } from "./worker-thread.ts";

const MAX_ROWS = 64;
/** Two, so that the thread has work while the last answers travel back. */
const MAX_IN_FLIGHT = 2;
const BACKOFF_MS = { first: 100, last: 10_000 };
/** A batch that is out for longer has hung: the thread is ended and begun anew. */
const STALL_LIMIT_MS = 30_000;

export interface RunningModel {
	readonly warmupP99Ms: number | null;
	run(instances: readonly unknown[], deadlineMs?: number): Promise<readonly Prediction[]>;
	close(): Promise<void>;
}

/**
 * A model in a thread of its own. When the thread ends by itself, everything under way fails with `runtime.worker-lost`, new
 * requests fail likewise at once, and the thread is started again after 100 ms, doubling up to 10 s while it keeps ending.
 */
export async function startWorkerModel(spec: EngineSpec, onLost: (reason: string) => void = () => {}): Promise<RunningModel> {
	let thread: WorkerThread | null = new WorkerThread(spec);
	let lostReason = "";
	let backoffMs = BACKOFF_MS.first;
	let closed = false;
	let restart: NodeJS.Timeout | undefined;

	const batcher = new MicroBatcher({
		maxRows: MAX_ROWS,
		maxInFlight: MAX_IN_FLIGHT,
		runBatch: (groups) => thread?.runBatch(groups) ?? Promise.reject(new Error(lostReason)),
	});
	const lost = (reason: string): void => {
		if (closed) return;
		thread = null;
		lostReason = reason;
		onLost(reason);
		batcher.failQueued(new HeadgateError("runtime.worker-lost", reason));
		restart = setTimeout(() => void begin(), backoffMs);
		restart.unref();
		backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.last);
	};
	const begin = async (): Promise<void> => {
		const next = new WorkerThread(spec);
		try {
			await next.ready();
		} catch (error) {
			lost((error as Error).message);
			return;
		}
		if (closed) {
			await next.close();
			return;
		}
		thread = next;
		void watch(next);
	};
	const watch = async (watched: WorkerThread): Promise<void> => {
		const startedMs = performance.now();
		const stall = setInterval(() => {
			if (watched.busyMs() > STALL_LIMIT_MS) void watched.terminate(`a batch ran for over ${STALL_LIMIT_MS / 1000} s`);
		}, 1_000);
		stall.unref();
		const reason = await watched.ended;
		clearInterval(stall);
		if (performance.now() - startedMs > BACKOFF_MS.last) backoffMs = BACKOFF_MS.first;
		lost(reason);
	};

	const { warmupP99Ms } = await thread.ready();
	void watch(thread);
	return {
		warmupP99Ms,
		run(instances, deadlineMs) {
			if (thread === null) return Promise.reject(new HeadgateError("runtime.worker-lost", lostReason));
			return batcher.run(instances, deadlineMs);
		},
		async close() {
			closed = true;
			clearTimeout(restart);
			batcher.failQueued(new HeadgateError("runtime.worker-lost", "the model was closed"));
			await thread?.close();
			thread = null;
			lostReason = "the model was closed";
		},
	};
}
