import { setTimeout as sleep } from "node:timers/promises";
import type { RouteTable } from "@headgate/core/routing";
import type { Applied, TableLine } from "@headgate/protocol";
import type { ControlClock } from "./control-clock.ts";
import type { GatewayState } from "./gateway-state.ts";
import type { Bus, Clock, Log } from "./ports.ts";
import type { WindowSpool } from "./spool.ts";

const BACKOFF_MS = { first: 100, last: 2_000 };
const CALL_LIMIT_MS = 5_000;
/** Control sends a line each second: silence for longer means that nobody is there. */
const SILENCE_LIMIT_MS = 3_500;
const TICK_MS = 100;

export interface BusLoopParts {
	readonly id: string;
	readonly boot: string;
	readonly build: string;
	readonly bus: Bus;
	readonly clock: Clock;
	readonly controlClock: ControlClock;
	readonly state: GatewayState;
	readonly spool: WindowSpool;
	readonly log: Log;
}

/** Keeps the gateway in touch with control: hello, tables in, windows and applied out. Being cut off is normal, never fatal. */
export class BusLoop {
	readonly #parts: BusLoopParts;
	readonly #stop = new AbortController();
	#connected = false;
	#appliedDirty = false;
	#sendingWindows = false;
	#sendingApplied = false;
	#retryWindowsMs = 0;
	#stream: AbortController | null = null;
	#lastLineMs = 0;
	#timer: NodeJS.Timeout | null = null;
	#running: Promise<void> = Promise.resolve();

	constructor(parts: BusLoopParts) {
		this.#parts = parts;
	}

	get connected(): boolean {
		return this.#connected;
	}

	start(): void {
		this.#timer = setInterval(() => this.#tick(), TICK_MS);
		this.#running = this.#connectForever();
	}

	/** Something that control wants to know has changed. */
	touch(): void {
		this.#appliedDirty = true;
	}

	/** Closes every window, the open second too, and tries once to send them; what stays is on disk. */
	async close(): Promise<void> {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#stop.abort();
		this.#stream?.abort();
		this.#closeWindows(this.#parts.state.second() + 1);
		await this.#sendWindows();
		await this.#running;
	}

	#tick(): void {
		const { state, controlClock } = this.#parts;
		state.noteLottery();
		this.#closeWindows(state.second());
		if (!this.#connected) return;
		if (performance.now() - this.#lastLineMs > SILENCE_LIMIT_MS) this.#disconnect("control is silent");
		else if (controlClock.hasDrifted()) {
			// Trial traffic stops until the clocks are compared again.
			state.parts.lease.end();
			this.#disconnect("a clock has jumped");
		}
		if (performance.now() >= this.#retryWindowsMs) void this.#sendWindows();
		if (this.#appliedDirty) void this.#sendApplied();
	}

	#closeWindows(second: number): void {
		const { state, spool } = this.#parts;
		const lost = spool.takeLost();
		for (const endpoint of state.endpoints.values()) {
			if (lost > 0) endpoint.recorder.drop(lost, state.second());
			break;
		}
		spool.append([...state.endpoints.values()].flatMap((endpoint) => endpoint.recorder.close(second)));
	}

	async #connectForever(): Promise<void> {
		let backoffMs = BACKOFF_MS.first;
		while (!this.#stop.signal.aborted) {
			const startedMs = performance.now();
			try {
				await this.#connectOnce();
			} catch (err) {
				if (!this.#stop.signal.aborted)
					this.#parts.log.warn({ reason: String((err as Error)?.message ?? err) }, "no connection to control");
			}
			this.#connected = false;
			if (performance.now() - startedMs > BACKOFF_MS.last) backoffMs = BACKOFF_MS.first;
			await sleep(backoffMs, undefined, { signal: this.#stop.signal }).catch(() => {});
			backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.last);
		}
	}

	async #connectOnce(): Promise<void> {
		const { bus, clock, controlClock, state, id, boot, build, log } = this.#parts;
		const { epoch, revision } = state.table ?? { epoch: 0, revision: 0 };
		const sentMs = clock.monotonicMs();
		const hello = bus.hello({ gateway: id, boot, build, clock: clock.now(), table: { epoch, revision }, pid: process.pid });
		const reply = await within(CALL_LIMIT_MS, hello, "hello");
		controlClock.measure(sentMs, clock.monotonicMs(), reply.controlClock);
		// A lease is a time on the clock as measured before: if that one was ahead, it would hold for as long as control's clock went back.
		state.parts.lease.end();
		state.learnSecret(reply.stickySecret);
		this.#take(reply.table as RouteTable, reply.trialUntil);
		this.#stream = new AbortController();
		this.#lastLineMs = performance.now();
		this.#connected = true;
		this.#appliedDirty = true;
		this.#retryWindowsMs = 0;
		log.info({ epoch: reply.table.epoch, revision: reply.table.revision }, "connected to control");
		await bus.tables(id, boot, (line) => this.#onLine(line), this.#stream.signal);
	}

	#onLine(line: TableLine): void {
		if (this.#stop.signal.aborted) return;
		this.#lastLineMs = performance.now();
		if (line.kind === "table") {
			this.#take(line.table as RouteTable, line.trialUntil);
			return;
		}
		const own = this.#parts.state.table;
		// A lease is for a table: the heartbeat of one that this gateway does not have renews nothing.
		if (own !== null && line.epoch === own.epoch && line.revision === own.revision)
			this.#parts.state.parts.lease.renew(line.trialUntil);
		else if (own === null || line.epoch > own.epoch || (line.epoch === own.epoch && line.revision > own.revision)) {
			this.#disconnect("a table was missed");
		}
	}

	#take(table: RouteTable, trialUntil: number): void {
		const { state, log } = this.#parts;
		const taken = state.take(table);
		const own = state.table!;
		if (own.epoch === table.epoch && own.revision === table.revision) state.parts.lease.renew(trialUntil);
		if (!taken) return;
		log.info({ epoch: table.epoch, revision: table.revision }, "route table taken");
		this.#appliedDirty = true;
		void this.#sendApplied();
	}

	#disconnect(reason: string): void {
		this.#parts.log.warn({ reason }, "connecting to control again");
		this.#connected = false;
		this.#stream?.abort();
	}

	async #sendWindows(): Promise<void> {
		const { bus, spool, id } = this.#parts;
		if (this.#sendingWindows || spool.size === 0) return;
		this.#sendingWindows = true;
		try {
			do {
				const windows = [...spool.batch()] as never[];
				spool.acknowledge((await within(CALL_LIMIT_MS, bus.windows({ gateway: id, windows }), "windows")).acknowledged);
			} while (spool.size > 1_000 && this.#connected);
		} catch {
			this.#retryWindowsMs = performance.now() + 500;
		} finally {
			this.#sendingWindows = false;
		}
	}

	async #sendApplied(): Promise<void> {
		if (this.#sendingApplied || !this.#connected) return;
		this.#sendingApplied = true;
		this.#appliedDirty = false;
		try {
			await within(CALL_LIMIT_MS, this.#parts.bus.applied(this.#applied()), "applied");
		} catch {
			this.#appliedDirty = true;
		} finally {
			this.#sendingApplied = false;
		}
	}

	#applied(): Applied {
		const { state, id, boot } = this.#parts;
		const { epoch, revision } = state.table ?? { epoch: 0, revision: 0 };
		return {
			gateway: id,
			boot,
			epoch,
			revision,
			arms: state.parts.arms.statuses(),
			breakers: state.parts.breaker.open(),
			overrides: [...state.overrides],
			memoryBytes: process.memoryUsage.rss(),
		};
	}
}

async function within<T>(limitMs: number, promise: Promise<T>, what: string): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what}: no answer within ${limitMs} ms`)), limitMs);
	});
	try {
		return await Promise.race([promise, limit]);
	} finally {
		clearTimeout(timer);
	}
}
