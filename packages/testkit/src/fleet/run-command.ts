import { spawn } from "node:child_process";
import { COMMAND, ROOT } from "./places.ts";

export interface CommandResult {
	/** Exit code; -1 when a signal ended it. */
	readonly exit: number;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CommandOptions {
	readonly cwd?: string;
	readonly environment?: Readonly<Record<string, string>>;
	/** Options of Node itself, before the program. */
	readonly node?: readonly string[];
}

const LONGEST_MS = 120_000;

/** Runs the real `headgate` with these arguments as a user would, in a process of its own, without a terminal. */
export async function runHeadgate(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
	const { cwd = ROOT, environment = {}, node = [] } = options;
	const child = spawn(process.execPath, [...node, COMMAND, ...args], {
		cwd,
		env: { ...process.env, NO_COLOR: "1", ...environment },
		stdio: ["ignore", "pipe", "pipe"],
		timeout: LONGEST_MS,
	});
	let stdout = "";
	let stderr = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code) => resolve({ exit: code ?? -1, stdout, stderr }));
	});
}
