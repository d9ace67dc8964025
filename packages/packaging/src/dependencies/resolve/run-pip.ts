import { spawn } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../../files/package-path.ts";
import { type Python, pythonEnvironment } from "./find-python.ts";

/** What pip says, or why it said nothing. */
export type PipAnswer = { readonly ok: true; readonly report: unknown } | { readonly ok: false; readonly reason: string };

const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const MAX_STDERR = 65_536;

/**
 * Asks pip what it would install, without installing. Only wheels: to learn what a source archive needs, pip runs that archive's own
 * code. `folder` is an empty one of the caller's.
 */
export async function runPip(
	python: Python,
	requirements: readonly string[],
	options: { readonly folder: string; readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<PipAnswer> {
	const input = join(options.folder, "requirements.txt");
	const output = join(options.folder, "report.json");
	await writeFile(input, `${requirements.join("\n")}\n`);
	const nowhere = join(options.folder, "nowhere");
	const { code, stderr, late } = await run(python.command, pipArguments(input, output, nowhere), options);
	if (late) return { ok: false, reason: `pip gave no answer after ${Math.round(options.deadlineMs / 1_000)} s` };
	if (code !== 0) return { ok: false, reason: lastErrors(stderr) };
	const { size } = await stat(output);
	if (size > MAX_REPORT_BYTES) return { ok: false, reason: `pip's report has ${size.toLocaleString("en")} bytes` };
	return { ok: true, report: JSON.parse(await readFile(output, "utf8")) };
}

/** With a target, the Python of Debian and others, which the system manages (PEP 668), answers too; nothing is installed anywhere. */
function pipArguments(input: string, output: string, nowhere: string): string[] {
	const quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-color"];
	const network = ["--retries", "1", "--timeout", "20"];
	const what = [
		"--dry-run",
		"--ignore-installed",
		"--only-binary",
		":all:",
		"--target",
		nowhere,
		"--report",
		output,
		"-r",
		input,
	];
	return ["-m", "pip", "install", ...quiet, ...network, ...what];
}

interface Ended {
	readonly code: number | null;
	readonly stderr: string;
	readonly late: boolean;
}

function run(
	command: string,
	words: readonly string[],
	options: { folder: string; deadlineMs: number; signal?: AbortSignal | undefined },
): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, words, {
			cwd: options.folder,
			env: pythonEnvironment(),
			stdio: ["ignore", "ignore", "pipe"],
			detached: true,
		});
		let stderr = "";
		let late = false;
		// The whole group: pip starts processes of its own.
		const kill = (): void => {
			try {
				if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
			} catch {
				// It has ended already.
			}
		};
		const timer = setTimeout(() => {
			late = true;
			kill();
		}, options.deadlineMs);
		options.signal?.addEventListener("abort", kill, { once: true });
		process.once("exit", kill);
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			if (stderr.length < MAX_STDERR) stderr += text;
		});
		const done = (): void => {
			clearTimeout(timer);
			options.signal?.removeEventListener("abort", kill);
			process.removeListener("exit", kill);
		};
		child.on("error", (error) => {
			done();
			reject(error);
		});
		child.on("close", (code) => {
			done();
			if (options.signal?.aborted === true) reject(options.signal.reason as Error);
			else resolve({ code, stderr, late });
		});
	});
}

/** pip's own words, without its advice. */
function lastErrors(stderr: string): string {
	const lines = stderr
		.split("\n")
		.filter((line) => /^ERROR: /.test(line))
		.map((line) => line.replace(/^ERROR: /, "").trim());
	const said = lines.length === 0 ? stderr.trim().split("\n").at(-1)! : lines.join("; ");
	return printable(said.slice(0, 500)) || "pip failed without a word";
}
