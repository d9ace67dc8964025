import { type ChildProcess, execFile } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { NotMeasured } from "./bench.ts";

const run = promisify(execFile);

/** What a program prints about itself. Throws NotMeasured when it is not installed; `hint` says how to get it. */
export async function versionOf(program: string, argument: string, hint: string): Promise<string> {
	try {
		const { stdout, stderr } = await run(program, [argument]);
		return `${stdout}${stderr}`.trim().split("\n")[0]!;
	} catch (error) {
		const failure = error as { code?: unknown; stdout?: string; stderr?: string };
		if (failure.code === "ENOENT") throw new NotMeasured(`${program} is not installed: ${hint}`);
		// Some programs print their version and then end as if something were wrong.
		return `${failure.stdout ?? ""}${failure.stderr ?? ""}`.trim().split("\n")[0]!;
	}
}

/** Resolves once something accepts connections there. */
export async function accepting(port: number, limitMs = 10_000): Promise<void> {
	const end = performance.now() + limitMs;
	while (!(await canConnect(port))) {
		if (performance.now() > end) throw new Error(`nothing listens on port ${port} after ${limitMs} ms`);
		await sleep(50);
	}
}

function canConnect(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}

/** Asks a process to end and sees to it that it does. */
export async function end(child: ChildProcess, limitMs = 10_000): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((resolve) => child.once("exit", resolve));
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
	await ended;
	clearTimeout(timer);
}

export async function until(what: string, condition: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
	const deadline = performance.now() + limitMs;
	while (!(await condition())) {
		if (performance.now() > deadline) throw new Error(`${what}: not so after ${limitMs / 1000} s`);
		await sleep(50);
	}
}
