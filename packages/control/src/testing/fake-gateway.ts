import type { ArmCounts, Window } from "@headgate/core/analysis";
import type { RouteTable } from "@headgate/core/routing";
import type { TableLine } from "@headgate/protocol";
import type { ControlContext } from "../api/context.ts";
import type { Fleet } from "../gateways/fleet.ts";
import { receiveWindows } from "../gateways/receive-windows.ts";

const NOBODY = { invalid: 0, unauthorised: 0, limited: 0, shed: 0, clientGone: 0, repeat: 0 };

/** A gateway as control sees it: it takes tables, says what it serves, and reports a second of requests when it is told to. */
export class FakeGateway {
	readonly id: string;
	readonly boot: string;
	readonly #fleet: Fleet;
	#disconnect: (() => void) | null = null;
	#sequence = 0;
	/** Windows that control has not acknowledged. */
	readonly spool: Window[] = [];
	table: RouteTable | null = null;
	readonly lines: TableLine[] = [];
	/** Takes lines and answers none of them: a process that hangs with its connection open. */
	deaf = false;
	breakers: string[] = [];
	/** Rollbacks made on its host without control. */
	overrides: { endpoint: string; epoch: number; revision: number; to: string }[] = [];

	constructor(fleet: Fleet, id: string, boot = `${id}-boot`) {
		this.#fleet = fleet;
		this.id = id;
		this.boot = boot;
	}

	connect(nowMs: number, skewMs = 0): void {
		const own = { epoch: this.table?.epoch ?? 0, revision: this.table?.revision ?? 0 };
		this.#fleet.hello({ gateway: this.id, boot: this.boot, build: "test", clock: nowMs - skewMs, table: own, pid: 1 });
		this.#disconnect = this.#fleet.connect(this.id, this.boot, (line) => this.#take(line));
	}

	disconnect(): void {
		this.#disconnect?.();
	}

	/** Says what it serves; every arm of its table is ready. */
	apply(): void {
		const { epoch, revision, endpoints } = this.table!;
		const keys = Object.values(endpoints).flatMap((endpoint) => endpoint.arms.map((arm) => arm.key));
		const arms = Object.fromEntries(keys.map((key) => [key, { state: "ready" as const }]));
		const { id: gateway, boot, breakers, overrides } = this;
		this.#fleet.applied({ gateway, boot, epoch, revision, arms, breakers, overrides, memoryBytes: 1 });
	}

	/** One window of each endpoint: `n` requests an arm that has weight, of which the share that `failing` says failed. */
	count(second: number, n: number, failing: (version: string) => number): void {
		for (const route of Object.values(this.table?.endpoints ?? {})) {
			const arms: Record<string, ArmCounts> = {};
			for (const { key, role, version, weightPercent } of route.arms) {
				const requests = weightPercent === 0 ? 0 : n;
				const output = Math.round(requests * failing(version));
				const over = route.thresholds.latencyUs.map(() => 0);
				const failed = { runtime: 0, timeout: 0, output, reset: 0 };
				arms[key] = { role, n: requests, failed, over, latency: requests === 0 ? [] : [[100, requests]] };
			}
			const { epoch, revision } = this.table!;
			const table = { epoch, revision };
			const { endpoint, thresholds } = route;
			const place = { gateway: this.id, boot: this.boot, sequence: ++this.#sequence, second };
			this.spool.push({ v: 1, ...place, table, thresholds: thresholds.id, endpoint, arms, excluded: NOBODY, dropped: 0 });
		}
	}

	/** The same process of the gateway under another life of control. */
	goOnFrom(old: FakeGateway): void {
		this.#sequence = old.#sequence;
		this.spool.push(...old.spool);
	}

	/** Has control take what it has not acknowledged yet. */
	async send(context: ControlContext): Promise<void> {
		if (this.spool.length === 0) return;
		const acknowledged = await receiveWindows(context, { gateway: this.id, windows: this.spool as never });
		const left = this.spool.filter((window) => window.sequence > (acknowledged[this.boot] ?? -1));
		this.spool.splice(0, this.spool.length, ...left);
	}

	#take(line: TableLine): void {
		this.lines.push(line);
		if (line.kind !== "table" || this.deaf) return;
		this.table = line.table as RouteTable;
		this.apply();
	}
}
