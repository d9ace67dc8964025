import { fork } from "node:child_process";
import path from "node:path";
import { EXAMPLE, LOAD_GENERATOR } from "./places.ts";

/** What clients got: a refused or reset connection is tried once again, and `lost` is what failed twice. */
export interface LoadCounts {
	readonly sent: number;
	readonly answered: number;
	readonly bad: number;
	readonly lost: number;
	readonly retried: number;
	readonly versions: Readonly<Record<string, { readonly answered: number; readonly bad: number }>>;
}

export interface FleetLoad {
	/** The newest counts, at most 250 ms old. */
	counts(): LoadCounts;
	/** Waits for the answers under way and gives the final counts. */
	stop(): Promise<LoadCounts>;
}

/** Applications that no model was trained on, at a steady rate, from a process of its own. */
export function startFleetLoad(gateway: string, endpoint: string, requestsPerSecond: number): FleetLoad {
	const options = { gateway, endpoint, requestsPerSecond, file: path.join(EXAMPLE, "data/holdout.jsonl") };
	const child = fork(LOAD_GENERATOR, [JSON.stringify(options)]);
	let counts: LoadCounts = { sent: 0, answered: 0, bad: 0, lost: 0, retried: 0, versions: {} };
	const finished = new Promise<LoadCounts>((resolve) => {
		child.on("message", (message: LoadCounts & { readonly done?: boolean }) => {
			counts = message;
			if (message.done === true) resolve(message);
		});
		child.on("exit", () => resolve(counts));
	});
	return {
		counts: () => counts,
		stop: () => {
			if (child.connected) child.send("stop");
			return finished;
		},
	};
}
