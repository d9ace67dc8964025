import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type SimulatedRollout, type SimulationSummary, summariseRollouts } from "@headgate/core/simulation";
import type { SimulationAnswer, SimulationJob } from "./simulation-job.ts";

/** A job takes about a second, so that progress moves and all threads end together. */
const SECONDS_PER_JOB = 20_000;

/** How far a simulation is, in simulated seconds: rollouts of an hour and of three days are not alike. */
export type OnProgress = (doneSeconds: number, totalSeconds: number) => void;

/**
 * Simulates every case on all cores; the same seed gives the same table, however many cores there are.
 *
 * @param runs rollouts of each case, or of all alike.
 * @param worker the thread's module; by default the one that judges with this release's judge.
 */
export async function runSimulation<Case extends { readonly durationSeconds: number }>(
	cases: readonly Case[],
	runs: number | readonly number[],
	seed: number,
	onProgress: OnProgress,
	worker: URL = new URL("./simulate-worker.ts", import.meta.url),
): Promise<SimulationSummary[]> {
	const runsOf = (index: number) => (typeof runs === "number" ? runs : runs[index]!);
	const jobs = cases.flatMap((script, caseIndex) => jobsOf(script, caseIndex, runsOf(caseIndex), seed));
	const totalSeconds = cases.reduce((sum, { durationSeconds }, index) => sum + durationSeconds * runsOf(index), 0);
	const found = cases.map((): SimulatedRollout[] => []);
	let doneSeconds = 0;
	const take = ({ caseIndex, rollouts }: SimulationAnswer): void => {
		found[caseIndex]!.push(...rollouts);
		doneSeconds += rollouts.length * cases[caseIndex]!.durationSeconds;
		onProgress(doneSeconds, totalSeconds);
	};
	const threads = Math.max(1, Math.min(availableParallelism(), jobs.length));
	await Promise.all(Array.from({ length: threads }, () => runThread(worker, jobs, take)));
	return found.map(summariseRollouts);
}

/** Gives a thread one job after the other until none is left. */
async function runThread<Case>(
	module: URL,
	jobs: SimulationJob<Case>[],
	take: (answer: SimulationAnswer) => void,
): Promise<void> {
	const worker = new Worker(module);
	try {
		await new Promise<void>((resolve, reject) => {
			const next = (): void => {
				const job = jobs.shift();
				if (job === undefined) resolve();
				else worker.postMessage(job);
			};
			worker.on("message", (answer: SimulationAnswer) => {
				take(answer);
				next();
			});
			worker.on("error", reject);
			next();
		});
	} finally {
		await worker.terminate();
	}
}

function jobsOf<Case extends { readonly durationSeconds: number }>(
	script: Case,
	caseIndex: number,
	runs: number,
	seed: number,
): SimulationJob<Case>[] {
	const size = Math.max(1, Math.floor(SECONDS_PER_JOB / script.durationSeconds));
	const jobs: SimulationJob<Case>[] = [];
	for (let from = 0; from < runs; from += size) {
		const count = Math.min(size, runs - from);
		// Rollouts with the same number share their weather over all cases, which makes rules easier to compare.
		jobs.push({
			caseIndex,
			script,
			seeds: Array.from({ length: count }, (_, index) => Math.imul(seed, 0x9e3779b1) + from + index),
		});
	}
	return jobs;
}
