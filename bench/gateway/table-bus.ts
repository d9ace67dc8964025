import { failedOf } from "@headgate/core/analysis";
import type { RouteTable } from "@headgate/core/routing";
import type { Bus } from "@headgate/gateway";
import type { HelloReply, TableLine, WindowsMessage } from "@headgate/protocol";

const LEASE_MS = 15_000;
const HEARTBEAT_MS = 1_000;

/** Control's side of the bus within the gateway's process: one table for ever, a heartbeat a second, every window acknowledged. */
export class TableBus implements Bus {
	/** Requests in the windows that came. */
	counted = 0;
	/** Of those, the ones an arm failed. */
	failed = 0;
	readonly #table: RouteTable;
	readonly #onApplied: (arms: Readonly<Record<string, { readonly state: string }>>) => void;

	constructor(table: RouteTable, onApplied: (arms: Readonly<Record<string, { readonly state: string }>>) => void) {
		this.#table = table;
		this.#onApplied = onApplied;
	}

	async hello(): Promise<HelloReply> {
		const table = this.#table as HelloReply["table"];
		return { table, leaseMs: LEASE_MS, ...this.#clock(), stickySecret: "5a".repeat(32) };
	}

	async windows({ windows }: WindowsMessage): Promise<{ acknowledged: Record<string, number> }> {
		const acknowledged: Record<string, number> = {};
		for (const window of windows) {
			acknowledged[window.boot] = window.sequence;
			for (const arm of Object.values(window.arms)) {
				this.counted += arm.n;
				this.failed += failedOf(arm);
			}
		}
		return { acknowledged };
	}

	async applied({ arms }: Parameters<Bus["applied"]>[0]): Promise<void> {
		this.#onApplied(arms);
	}

	async outcomes(): Promise<never> {
		throw new Error("the bench has nobody who takes outcomes");
	}

	tables(_gateway: string, _boot: string, onLine: (line: TableLine) => void, signal: AbortSignal): Promise<void> {
		const { epoch, revision } = this.#table;
		const beat = setInterval(() => onLine({ kind: "heartbeat", epoch, revision, ...this.#clock() }), HEARTBEAT_MS);
		return new Promise((resolve) => {
			signal.addEventListener("abort", () => {
				clearInterval(beat);
				resolve();
			});
		});
	}

	#clock(): { trialUntil: number; controlClock: number } {
		const controlClock = Date.now();
		return { trialUntil: controlClock + LEASE_MS, controlClock };
	}
}
