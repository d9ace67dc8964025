/** A thread that splits recorded traffic against itself, one job at a time. */
import { parentPort } from "node:worker_threads";
import { seededRandom, simulateOnTraffic } from "@headgate/core/simulation";
import type { SimulationAnswer, SimulationJob, TrafficCase } from "./simulation-job.ts";

parentPort?.on("message", ({ caseIndex, script, seeds }: SimulationJob<TrafficCase>) => {
	const rollouts = seeds.map((seed) => simulateOnTraffic(script, seededRandom(seed)));
	parentPort?.postMessage({ caseIndex, rollouts } satisfies SimulationAnswer);
});
