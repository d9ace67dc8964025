import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { SmokeEnd, SmokeLimits, SmokeLoad, SmokePhase } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";
import type { RuntimeManifest } from "@headgate/runtime";
import type { SmokeMessage, SmokeOrder } from "../processes/smoke-process.ts";
import { endFamily } from "./end-family.ts";
import { splitLines } from "./split-lines.ts";

/** What it writes on its third pipe are lines; the package's code can write there too. */
type Child = ChildProcessByStdio<Writable, null, Readable>;

/** Until the empty process says that it runs: a busy machine, never the package. */
const BOOT_MS = 30_000;
/** For all examples together. */
const ANSWER_MS = 60_000;
const LOOK_MS = 25;
const STDERR_CHARACTERS = 2_000;
/** After its end, for the last of stderr: what it started may hold that open for ever. */
const LAST_WORDS_MS = 250;

/**
 * Loads a package for the first time, in a process of its own that is gone afterwards with everything it started. Resolves with how that
 * ended, whatever the package did; rejects with `smoke.cancelled` when the signal says so, and when the process cannot be started.
 */
export async function smokeLoad(
	packageDir: string,
	manifest: RuntimeManifest,
	limits: SmokeLimits,
	signal?: AbortSignal,
): Promise<SmokeLoad> {
	// No IPC channel: one line on it that is no message would end this process.
	const child = spawn(process.execPath, [fileURLToPath(new URL("../processes/smoke-process.ts", import.meta.url))], {
		// The package's code sees no settings and no keys of the one that started it.
		env: {},
		stdio: ["pipe", "ignore", "pipe", "pipe"],
		// A group of its own, so that nothing its code starts outlives it.
		detached: true,
	}) as Child;
	const watched = new WatchedChild(child, limits);
	const abort = () => watched.cancel();
	signal?.addEventListener("abort", abort, { once: true });
	if (signal?.aborted === true) abort();
	try {
		return await watched.run({ packageDir: path.resolve(packageDir), manifest });
	} finally {
		signal?.removeEventListener("abort", abort);
		endFamily(child.pid);
		for (const pipe of child.stdio) pipe?.destroy();
	}
}

class WatchedChild {
	readonly #child: Child;
	readonly #limits: SmokeLimits;
	/** Only who was given the order knows it: what the package's code says of itself is not believed. */
	readonly #order = randomUUID();
	readonly #done = Promise.withResolvers<SmokeEnd>();
	#phase: SmokePhase = "loading";
	#timer: NodeJS.Timeout | undefined;
	#stderr = "";
	#baseBytes = 0;
	#peakBytes: number | null = null;
	#startMs: number | null = null;
	#examples = 0;
	#latencyMs: SmokeLoad["latencyMs"] = null;

	constructor(child: Child, limits: SmokeLimits) {
		this.#child = child;
		this.#limits = limits;
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.#stderr = `${this.#stderr}${text}`.slice(-STDERR_CHARACTERS);
		});
	}

	async run(what: Omit<SmokeOrder, "order">): Promise<SmokeLoad> {
		const order = `${JSON.stringify({ ...what, order: this.#order } satisfies SmokeOrder)}\n`;
		splitLines(this.#child.stdio[3] as Readable, (line) => this.#hear(line, order));
		for (const pipe of this.#child.stdio) pipe?.on("error", () => undefined);
		this.#child.on("error", (cause) => {
			this.#done.reject(new HeadgateError("smoke.not-started", `no process could be started: ${cause.message}`, { cause }));
		});
		const ended = (code: number | null, signal: string | null) => {
			const stderr = this.#stderr.trim().split("\n").slice(-3).join(" ");
			this.#done.resolve({ kind: "crashed", how: signal ?? `exit ${code}`, phase: this.#phase, stderr });
		};
		// `close` comes after the last of stderr.
		this.#child.on("close", ended);
		this.#child.on("exit", (code, signal) => setTimeout(() => ended(code, signal), LAST_WORDS_MS));
		this.#limit(BOOT_MS);
		const memory = setInterval(() => this.#watchMemory(), LOOK_MS);
		try {
			const end = await this.#done.promise;
			if (end.kind !== "crashed") this.#readPeak();
			return {
				end,
				startMs: this.#startMs,
				examples: this.#examples,
				latencyMs: this.#latencyMs,
				peakBytes: this.#peakBytes,
			};
		} finally {
			clearInterval(memory);
			clearTimeout(this.#timer);
		}
	}

	cancel(): void {
		this.#done.reject(new HeadgateError("smoke.cancelled", "the first load was called off"));
	}

	#hear(line: string, order: string): void {
		const message = this.#believed(line);
		switch (message?.type) {
			case undefined:
				return;
			case "started":
				this.#baseBytes = message.rssBytes;
				this.#limit(this.#limits.startMs);
				this.#child.stdin.write(order);
				return;
			case "loaded":
				this.#startMs = message.ms;
				this.#examples = message.examples;
				this.#phase = "answering";
				this.#limit(ANSWER_MS);
				return;
			case "answered":
				this.#latencyMs = message.latencyMs;
				this.#done.resolve({ kind: "answered" });
				return;
			case "refused": {
				const { code, message: what, hint } = message;
				this.#done.resolve({ kind: "refused", code, message: what, hint });
			}
		}
	}

	/** A line of the one that was given the order, and the very first, before any code of the package can have run. */
	#believed(line: string): SmokeMessage | undefined {
		try {
			const said = JSON.parse(line) as (SmokeMessage & { readonly order: string | null }) | null;
			const isFirst = said?.type === "started" && this.#baseBytes === 0;
			return isFirst || said?.order === this.#order ? (said ?? undefined) : undefined;
		} catch {
			return undefined;
		}
	}

	#limit(ms: number): void {
		clearTimeout(this.#timer);
		const phase = this.#phase;
		// Longer than a timer can wait is no limit.
		if (ms < 2 ** 31) this.#timer = setTimeout(() => this.#done.resolve({ kind: "late", phase, limitMs: ms }), ms);
	}

	#watchMemory(): void {
		this.#readPeak();
		if (this.#baseBytes === 0 || (this.#peakBytes ?? 0) <= this.#limits.memoryBytes) return;
		this.#done.resolve({ kind: "memory", phase: this.#phase });
	}

	/** The largest resident memory so far, as the system counted it: nothing between two looks is missed. */
	#readPeak(): void {
		if (this.#baseBytes === 0) return;
		try {
			const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
			const kibibytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
			if (Number.isNaN(kibibytes)) return;
			this.#peakBytes = Math.max(this.#peakBytes ?? 0, kibibytes * 1024 - this.#baseBytes);
		} catch {
			// A system without /proc, or the process is gone: its end says so.
		}
	}
}
