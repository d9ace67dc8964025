import { spawn } from "node:child_process";

const DEADLINE_MS = 8_000;
const MAX_OUTPUT_CHARS = 200_000;

export interface ParserRun {
	/** Null when it was ended by a signal. */
	readonly code: number | null;
	readonly output: string;
	readonly errors: string;
}

/**
 * Runs a parser in a process of its own with nothing of this one's environment but the path; undefined where the program is not installed.
 * It ends after 8 s at the latest.
 */
export function parserOutput(
	program: string,
	args: readonly string[],
	input: Uint8Array,
	signal?: AbortSignal,
): Promise<ParserRun | undefined> {
	return new Promise((resolve) => {
		const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LC_ALL: "C.UTF-8" };
		const child = spawn(program, args, {
			env,
			stdio: ["pipe", "pipe", "pipe"],
			timeout: DEADLINE_MS,
			killSignal: "SIGKILL",
			signal,
		});
		let output = "";
		let errors = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			if (output.length < MAX_OUTPUT_CHARS) output += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			if (errors.length < MAX_OUTPUT_CHARS) errors += text;
		});
		child.on("error", () => resolve(undefined));
		child.on("close", (code) => resolve({ code, output, errors }));
		// A parser that ends before it read everything is no fault of ours.
		child.stdin.on("error", () => undefined);
		child.stdin.end(input);
	});
}
