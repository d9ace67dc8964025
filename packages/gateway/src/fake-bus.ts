import type { RouteTable } from "@headgate/core/routing";
import type {
	Applied,
	Hello,
	HelloReply,
	Outcome,
	OutcomesMessage,
	OutcomesReply,
	TableLine,
	WindowsMessage,
	WindowsReply,
	WireWindow,
} from "@headgate/protocol";
import type { Bus } from "./ports.ts";

const EMPTY: RouteTable = { epoch: 0, revision: 0, endpoints: {} };

/** A control process reduced to its side of the bus, within this process: it hands out tables and leases and keeps what it is told. */
export class FakeBus implements Bus {
	readonly hellos: Hello[] = [];
	readonly applications: Applied[] = [];
	/** Acknowledged windows, without duplicates. */
	readonly windowsSeen: WireWindow[] = [];
	/** Outcomes handed in, without repeats. */
	readonly outcomesSeen: Outcome[] = [];
	leaseMs = 15_000;
	/** Control's clock, to be set by hand. */
	now: () => number = Date.now;
	stickySecret = "00".repeat(32);
	/** False: windows are refused, as by a full disk. */
	acceptsWindows = true;
	#table: RouteTable = EMPTY;
	#up = true;
	readonly #streams = new Set<{ readonly onLine: (line: TableLine) => void; readonly end: (error: Error) => void }>();
	readonly #heartbeat: NodeJS.Timeout;
	#trialUntil = 0;

	constructor(heartbeatMs = 100) {
		this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
		this.#heartbeat.unref();
	}

	setTable(table: RouteTable): void {
		this.#table = table;
		this.#renew();
		for (const stream of this.#streams) {
			stream.onLine({ kind: "table", table: table as never, trialUntil: this.#trialUntil, controlClock: this.now() });
		}
	}

	/** Control dies: streams break, calls are refused. */
	goDown(): void {
		this.#up = false;
		for (const stream of this.#streams) stream.end(new Error("connection reset"));
	}

	comeUp(): void {
		this.#up = true;
	}

	close(): void {
		clearInterval(this.#heartbeat);
		this.goDown();
	}

	async hello(message: Hello): Promise<HelloReply> {
		this.#requireUp();
		this.hellos.push(message);
		this.#renew();
		const { leaseMs, stickySecret } = this;
		return { table: this.#table as never, leaseMs, trialUntil: this.#trialUntil, controlClock: this.now(), stickySecret };
	}

	async windows(message: WindowsMessage): Promise<WindowsReply> {
		this.#requireUp();
		if (!this.acceptsWindows) throw new Error("the disk is full");
		const acknowledged: Record<string, number> = {};
		for (const window of message.windows) {
			acknowledged[window.boot] = window.sequence;
			const known = this.windowsSeen.some((one) => one.boot === window.boot && one.sequence === window.sequence);
			if (!known) this.windowsSeen.push(structuredClone(window));
		}
		return { acknowledged };
	}

	async applied(message: Applied): Promise<void> {
		this.#requireUp();
		this.applications.push(message);
	}

	async outcomes({ outcomes }: OutcomesMessage): Promise<OutcomesReply> {
		this.#requireUp();
		const known = new Set(this.outcomesSeen.map((one) => JSON.stringify(one)));
		const fresh = outcomes.filter((one) => !known.has(JSON.stringify(one)));
		this.outcomesSeen.push(...fresh);
		return { accepted: fresh.length, repeated: outcomes.length - fresh.length, refused: [] };
	}

	tables(_gateway: string, _boot: string, onLine: (line: TableLine) => void, signal: AbortSignal): Promise<void> {
		this.#requireUp();
		const stream = Promise.withResolvers<void>();
		const entry = { onLine, end: stream.reject };
		this.#streams.add(entry);
		signal.addEventListener("abort", () => stream.resolve());
		return stream.promise.finally(() => this.#streams.delete(entry));
	}

	#beat(): void {
		if (!this.#up) return;
		this.#renew();
		const { epoch, revision } = this.#table;
		for (const stream of this.#streams) {
			stream.onLine({ kind: "heartbeat", epoch, revision, trialUntil: this.#trialUntil, controlClock: this.now() });
		}
	}

	#renew(): void {
		this.#trialUntil = this.now() + this.leaseMs;
	}

	#requireUp(): void {
		if (!this.#up) throw new Error("connect ECONNREFUSED");
	}
}
