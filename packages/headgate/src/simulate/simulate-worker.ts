/** A thread that simulates the rollouts it is given, one job at a time. */
import { parentPort } from "node:worker_threads";
import { seededRandom, simulateRollout } from "@headgate/core/simulation";
import type { SimulationAnswer, SimulationJob } from "./simulation-job.ts";

parentPort?.on("message", ({ caseIndex, script, seeds }: SimulationJob) => {
	const rollouts = seeds.map((seed) => simulateRollout(script, seededRandom(seed)));
	parentPort?.postMessage({ caseIndex, rollouts } satisfies SimulationAnswer);
});
