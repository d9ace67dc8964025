import { cpus, loadavg, release, totalmem } from "node:os";
import { gibibytes } from "./numbers.ts";

/** Where a figure was taken. A figure without it proves nothing. */
export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	readonly memory: string;
	readonly kernel: string;
	readonly node: string;
	/** Of the last minute, before the run: what else was going on. */
	readonly loadBefore: number;
}

export function describeMachine(): Machine {
	const processors = cpus();
	return {
		cpu: processors[0]?.model.trim() ?? "unknown",
		cores: processors.length,
		memory: gibibytes(totalmem()),
		kernel: release(),
		node: process.versions.node,
		loadBefore: loadavg()[0]!,
	};
}

export function renderMachine(machine: Machine): string {
	const { cpu, cores, memory, kernel, node, loadBefore } = machine;
	return `${cpu}, ${cores} cores, ${memory}, Linux ${kernel}, Node ${node}, load before ${loadBefore.toFixed(2)}`;
}
