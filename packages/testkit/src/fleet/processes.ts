import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { COMMAND, ROOT } from "./places.ts";

/** `headgate up` as a child, with the pids of what it keeps running. */
export class UpProcess {
	readonly #child: ChildProcess;
	readonly #pids = new Map<string, number>();
	/** What it said on the way. */
	readonly news: string[] = [];
	readonly #exited: Promise<number>;

	private constructor(child: ChildProcess) {
		this.#child = child;
		this.#exited = new Promise((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
	}

	/** Resolves when everything listens. Throws with its words when it ends before. */
	static async start(args: readonly string[]): Promise<UpProcess> {
		const child = spawn(process.execPath, [COMMAND, "--json", ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
		const up = new UpProcess(child);
		let words = "";
		child.stderr!.setEncoding("utf8").on("data", (text: string) => {
			words += text;
		});
		await new Promise<void>((resolve, reject) => {
			createInterface({ input: child.stdout! }).on("line", (line) => {
				words += `${line}\n`;
				if (up.#hear(JSON.parse(line) as Said)) resolve();
			});
			void up.#exited.then((code) => reject(new Error(`headgate up ended with exit ${code}: ${words}`)));
		});
		return up;
	}

	/** The newest pid of `control`, `g1`, `g2`, ... */
	pid(name: string): number {
		const pid = this.#pids.get(name);
		if (pid === undefined) throw new Error(`no process "${name}"; there are: ${[...this.#pids.keys()].join(", ")}`);
		return pid;
	}

	/** False when the process is gone already. */
	signal(name: string, signal: NodeJS.Signals): boolean {
		try {
			return process.kill(this.pid(name), signal);
		} catch {
			return false;
		}
	}

	async stop(): Promise<number> {
		this.#child.kill("SIGTERM");
		return this.#exited;
	}

	#hear(said: Said): boolean {
		if (said.type === "process") this.#pids.set(said.name!, said.pid!);
		if (said.type === "news") this.news.push(said.news!);
		return said.type === "up";
	}
}

interface Said {
	readonly type?: string;
	readonly name?: string;
	readonly pid?: number;
	readonly news?: string;
}
