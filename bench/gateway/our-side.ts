import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type BenchContext, NotMeasured } from "../shared/bench.ts";
import { end } from "../shared/processes.ts";
import type { GatewayMessage } from "./gateway-process.ts";
import type { BodyShape } from "./served-model.ts";

export interface OurSide {
	readonly port: number;
	readonly pid: number;
	/** Ends the process and says what its windows counted. */
	finish(): Promise<{ readonly requests: number; readonly failed: number }>;
}

const ATTEMPTS = 10;

/**
 * Starts the gateway process until its models are in the event loop. The runtime takes only models it has measured to be tiny, and a
 * busy machine makes any model look slow. Throws NotMeasured when none of the attempts succeeds: it would be another measurement.
 */
export async function startOurs(context: BenchContext, shape: BodyShape): Promise<OurSide> {
	let placements: readonly string[] = [];
	for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
		const child = start(context, shape);
		const listening = await nextMessage(child, "listening");
		placements = listening.placements;
		if (placements.every((placement) => placement === "loop")) return sideOf(child, listening.port);
		await end(child);
	}
	throw new NotMeasured(`the models stay outside the event loop (${placements.join(", ")}): the machine is too busy`);
}

function start(context: BenchContext, shape: BodyShape): ChildProcess {
	const child = fork(fileURLToPath(new URL("gateway-process.ts", import.meta.url)), [context.folder, shape], {
		// `--cpu-prof` and the like, for whoever wants to see where the time goes.
		execArgv: (process.env["BENCH_NODE_OPTIONS"] ?? "").split(" ").filter(Boolean),
	});
	context.atEnd(() => end(child));
	return child;
}

function sideOf(child: ChildProcess, port: number): OurSide {
	return {
		port,
		pid: child.pid!,
		async finish() {
			const ended = once(child, "exit");
			child.send("finish");
			const { requests, failed } = await nextMessage(child, "counted");
			await ended;
			return { requests, failed };
		},
	};
}

function nextMessage<Type extends GatewayMessage["type"]>(
	child: ChildProcess,
	type: Type,
): Promise<Extract<GatewayMessage, { type: Type }>> {
	return new Promise((resolve, reject) => {
		const onExit = (code: number | null): void => reject(new Error(`the gateway process ended with ${code}`));
		child.once("exit", onExit);
		child.on("message", (message: GatewayMessage) => {
			if (message.type !== type) return;
			child.off("exit", onExit);
			resolve(message as Extract<GatewayMessage, { type: Type }>);
		});
	});
}
