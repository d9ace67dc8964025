/** The thread that runs one model. Everything it imports is loaded once per model: keep it small. */
import { parentPort, workerData } from "node:worker_threads";
import { type EngineSpec, type OnnxEngine, openOnnxEngine } from "./engine.ts";
import { runGroups } from "./run-groups.ts";
import { warmUp } from "./warm-up.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

const port = parentPort!;
const spec = workerData as EngineSpec;

function send(message: FromWorker): void {
	port.postMessage(message);
}

async function answer(engine: OnnxEngine, message: ToWorker): Promise<void> {
	if ("close" in message) {
		await engine.release();
		port.close();
		return;
	}
	const results = await runGroups(engine, message.groups);
	try {
		send({ batch: message.batch, results });
	} catch (error) {
		// An answer that cannot cross threads (a function, say) is the model's failure, not the thread's.
		send({
			batch: message.batch,
			results: message.groups.map(() => ({ error: `the answer cannot be sent: ${error}`.slice(0, 500) })),
		});
	}
}

try {
	const engine = await openOnnxEngine(spec);
	const warmupP99Ms = await warmUp(engine, spec.warmup);
	port.on("message", (message: ToWorker) => void answer(engine, message));
	send({ ready: { warmupP99Ms } });
} catch (error) {
	send({ failed: (error instanceof Error ? error.message : String(error)).slice(0, 500) });
	port.close();
}
