import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadCounts } from "./load-generator.ts";

export interface Load {
	/** The newest counts. */
	counts(): LoadCounts;
	/** Lets the answers under way come in and returns the final counts. */
	stop(): Promise<LoadCounts>;
}

const NOTHING: LoadCounts = { sent: 0, answered: 0, bad: 0, lost: 0, retried: 0, versions: {} };

/** Starts the load generator as a process of its own, so that it measures the gateway and not itself. */
export function startLoad(options: { gateway: string; endpoint: string; file: string; requestsPerSecond: number }): Load {
	const child = fork(fileURLToPath(new URL("load-generator.ts", import.meta.url)), [JSON.stringify(options)]);
	let counts = NOTHING;
	let finish: (counts: LoadCounts) => void = () => {};
	const finished = new Promise<LoadCounts>((resolve) => {
		finish = resolve;
	});
	child.on("message", (message: LoadCounts & { readonly done?: boolean }) => {
		counts = message;
		if (message.done === true) finish(message);
	});
	child.on("exit", () => finish(counts));
	return {
		counts: () => counts,
		stop: () => {
			if (child.connected) child.send("stop");
			return finished;
		},
	};
}
