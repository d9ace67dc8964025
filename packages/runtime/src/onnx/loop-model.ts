import { HeadgateError } from "@headgate/protocol";
import { MicroBatcher } from "../micro-batcher.ts";
import { type EngineSpec, openOnnxEngine } from "./engine.ts";
import { runGroups } from "./run-groups.ts";
import { warmUp } from "./warm-up.ts";
import type { RunningModel } from "./worker-model.ts";

const MAX_ROWS = 64;

/** A model in the caller's event loop: only for models measured tiny in a thread before, for a run blocks everything else. */
export async function startLoopModel(spec: EngineSpec): Promise<RunningModel> {
	const engine = await openOnnxEngine(spec);
	const warmupP99Ms = await warmUp(engine, spec.warmup);
	const batcher = new MicroBatcher({ maxRows: MAX_ROWS, maxInFlight: 1, runBatch: (groups) => runGroups(engine, groups) });
	return {
		warmupP99Ms,
		run: (instances, deadlineMs) => batcher.run(instances, deadlineMs),
		async close() {
			batcher.failQueued(new HeadgateError("runtime.worker-lost", "the model was closed"));
			await engine.release();
		},
	};
}
