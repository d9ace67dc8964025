import type { Window } from "@headgate/core/analysis";
import type { RouteTable } from "@headgate/core/routing";
import type { Applied, TableLine } from "@headgate/protocol";
import { FakeFleet } from "../scenario/index.ts";

/** A gateway's side of the bus: it obeys the newest table, and keeps what it counted until control has it. */
export class GatewayInHand {
	readonly id: string;
	readonly boot = "b1";
	#table: RouteTable = { epoch: 0, revision: 0, endpoints: {} };
	#sequence = 0;
	#unsent: Window[] = [];
	/** A table was taken that control has not heard of. */
	applied = true;
	/** Routes in the order in which they were taken: a table that came twice would stand here twice. */
	readonly taken: number[] = [];

	constructor(id: string) {
		this.id = id;
	}

	get table(): { readonly epoch: number; readonly revision: number } {
		return { epoch: this.#table.epoch, revision: this.#table.revision };
	}

	get unsent(): readonly Window[] {
		return this.#unsent;
	}

	hear(line: TableLine): void {
		if (line.kind !== "table") return;
		const { epoch, revision } = line.table;
		const own = this.#table;
		if (epoch < own.epoch || (epoch === own.epoch && revision <= own.revision)) return;
		if (revision !== own.revision) this.taken.push(revision);
		this.#table = line.table as RouteTable;
		this.applied = false;
	}

	/** Counts a second of traffic: the same for the same second and route, whatever happened to control. */
	count(second: number, requestsPerSecond: number, errorRatios: Readonly<Record<string, number>>): void {
		const { endpoints, revision, epoch } = this.#table;
		for (const route of Object.values(endpoints)) {
			const seed = second * 31 + Number(this.id.slice(1));
			const behaviour = (version: string) => ({ errorRatio: errorRatios[version] ?? 0 });
			const traffic = new FakeFleet({ gateways: 1, requestsPerSecond, seed, behaviour });
			for (const window of traffic.second(second, route, revision)) {
				const { id: gateway, boot } = this;
				this.#unsent.push({ ...window, gateway, boot, sequence: this.#sequence++, table: { epoch, revision } });
			}
		}
	}

	acknowledge(to: number): void {
		this.#unsent = this.#unsent.filter((window) => window.sequence > to);
	}

	/** Everything it was told to load is ready. */
	report(): Applied {
		const arms = Object.values(this.#table.endpoints).flatMap((route) => route.arms.map((arm) => arm.key));
		const ready = Object.fromEntries(arms.map((key) => [key, { state: "ready" as const }]));
		return { gateway: this.id, boot: this.boot, ...this.table, arms: ready, breakers: [], memoryBytes: 1 };
	}
}
