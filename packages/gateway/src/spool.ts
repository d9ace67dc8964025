import { appendFile, mkdir, readdir, readFile, truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Window } from "@headgate/core/analysis";
import { type WindowsReply, windowSchema } from "@headgate/protocol";
import { TaskChain } from "./files.ts";
import type { Log } from "./ports.ts";
import type { UnsentWindow } from "./record.ts";

/** About three hours of ten endpoints. Beyond it the oldest windows go, and what they counted is reported as dropped. */
const MAX_WINDOWS = 100_000;
const MAX_BATCH = 1_000;
const TRUNCATE_BYTES = 256 * 1024;

export interface SpoolOptions {
	readonly dir: string;
	readonly gateway: string;
	readonly boot: string;
	readonly log: Log;
	readonly maxWindows?: number;
}

/**
 * Closed windows until control acknowledges them: in memory and in a file per process life, so that a gateway that dies loses at
 * most its open second. Windows of an earlier life keep their boot and are sent first.
 */
export class WindowSpool {
	readonly #options: SpoolOptions;
	readonly #file: string;
	readonly #chain: TaskChain;
	#windows: Window[];
	#sequence = 0;
	#fileBytes = 0;
	#lostRequests = 0;
	#warnedMs = 0;

	private constructor(options: SpoolOptions, earlier: Window[]) {
		this.#options = options;
		this.#windows = earlier;
		this.#file = join(options.dir, `${options.boot}.ndjson`);
		this.#chain = new TaskChain((error) => this.#warn(error));
	}

	static async open(options: SpoolOptions): Promise<WindowSpool> {
		await mkdir(options.dir, { recursive: true });
		const lives: Window[][] = [];
		for (const name of (await readdir(options.dir)).filter((entry) => entry.endsWith(".ndjson"))) {
			const text = await readFile(join(options.dir, name), "utf8");
			const { windows, unreadable } = parseSpool(text);
			if (unreadable > 0)
				options.log.warn({ file: name, lines: unreadable }, "unreadable lines in the window spool were left out");
			if (windows.length === 0) await unlink(join(options.dir, name));
			else lives.push(windows);
		}
		// Within a life the order is that of the sequence, not of the seconds: an acknowledgement speaks for all that came before.
		lives.sort((a, b) => a[0]!.second - b[0]!.second);
		return new WindowSpool(options, lives.flat());
	}

	get size(): number {
		return this.#windows.length;
	}

	append(unsent: readonly UnsentWindow[]): void {
		if (unsent.length === 0) return;
		const { gateway, boot } = this.#options;
		const windows = unsent.map((window): Window => ({ ...window, gateway, boot, sequence: this.#sequence++ }));
		this.#windows.push(...windows);
		const text = windows.map((window) => `${JSON.stringify(window)}\n`).join("");
		this.#fileBytes += text.length;
		this.#chain.add(() => appendFile(this.#file, text, { mode: 0o600 }));
		const surplus = this.#windows.length - (this.#options.maxWindows ?? MAX_WINDOWS);
		if (surplus > 0) for (const window of this.#windows.splice(0, surplus)) this.#lostRequests += countOf(window);
	}

	/** The oldest windows, all of one life. Windows of one second and endpoint are never parted: control takes one as the second's end. */
	batch(): readonly Window[] {
		const first = this.#windows[0];
		if (first === undefined) return [];
		let end = 0;
		while (end < this.#windows.length && this.#windows[end]!.boot === first.boot) {
			if (end >= MAX_BATCH && this.#windows[end]!.second !== this.#windows[end - 1]!.second) break;
			end++;
		}
		return this.#windows.slice(0, end);
	}

	acknowledge(acknowledged: WindowsReply["acknowledged"]): void {
		const boots = new Set(this.#windows.map((window) => window.boot));
		this.#windows = this.#windows.filter((window) => window.sequence > (acknowledged[window.boot] ?? -1));
		const left = new Set(this.#windows.map((window) => window.boot));
		for (const boot of boots) {
			if (boot !== this.#options.boot && !left.has(boot))
				this.#chain.add(() => unlink(join(this.#options.dir, `${boot}.ndjson`)));
		}
		const own = acknowledged[this.#options.boot];
		if (own === undefined) return;
		if (!left.has(this.#options.boot) && this.#fileBytes > TRUNCATE_BYTES) {
			this.#fileBytes = 0;
			this.#chain.add(() => truncate(this.#file));
			return;
		}
		this.#chain.add(() => appendFile(this.#file, `{"acknowledged":${own}}\n`));
	}

	/** Requests whose windows had to go since the last call. */
	takeLost(): number {
		const lost = this.#lostRequests;
		this.#lostRequests = 0;
		return lost;
	}

	/** Until everything is on disk that will be. */
	async close(): Promise<void> {
		await this.#chain.settled();
	}

	#warn(error: unknown): void {
		if (performance.now() - this.#warnedMs < 60_000 && this.#warnedMs > 0) return;
		this.#warnedMs = performance.now();
		this.#options.log.error({ err: error, file: this.#file }, "windows cannot be written to disk; they are kept in memory");
	}
}

/** Lines that are no window (a torn tail after a crash) are counted and left out. */
function parseSpool(text: string): { windows: Window[]; unreadable: number } {
	const windows: Window[] = [];
	let unreadable = 0;
	let acknowledged = -1;
	for (const line of text.split("\n")) {
		if (line === "") continue;
		try {
			const value: unknown = JSON.parse(line);
			const mark = (value as { acknowledged?: unknown } | null)?.acknowledged;
			if (typeof mark === "number") acknowledged = Math.max(acknowledged, mark);
			else windows.push(windowSchema.parse(value) as Window);
		} catch {
			unreadable++;
		}
	}
	return { windows: windows.filter((window) => window.sequence > acknowledged), unreadable };
}

function countOf(window: Window): number {
	return Object.values(window.arms).reduce((sum, arm) => sum + arm.n, window.dropped);
}
