import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { BenchContext } from "../shared/bench.ts";
import { end } from "../shared/processes.ts";
import type { LoadOptions, LoadReport } from "./load-process.ts";

export interface RunningLoad {
	report(): Promise<LoadReport>;
	/** Lets the answers under way come in. */
	stop(): Promise<LoadReport>;
}

export function startLoad(context: BenchContext, options: LoadOptions): RunningLoad {
	const child = fork(fileURLToPath(new URL("load-process.ts", import.meta.url)), { serialization: "advanced" });
	context.atEnd(() => end(child));
	child.send(options);
	const ask = async (message: string): Promise<LoadReport> => {
		const answer = once(child, "message");
		child.send(message);
		return (await answer)[0] as LoadReport;
	};
	return { report: () => ask("report"), stop: () => ask("stop") };
}
