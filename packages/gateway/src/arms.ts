import { setTimeout as sleep } from "node:timers/promises";
import type { ArmRoute, RouteTable } from "@headgate/core/routing";
import type { ArmStatus } from "@headgate/protocol";
import { Arm } from "./arm.ts";
import type { Log, Packages } from "./ports.ts";

const DRAIN_LIMIT_MS = 30_000;

/** The arms of this gateway by key: loads those a table names, unloads those it no longer names once they are idle. */
export class Arms {
	readonly #arms = new Map<string, Arm>();
	readonly #packages: Packages;
	readonly #log: Log;
	readonly #onChange: () => void;
	readonly #draining = new Set<Promise<void>>();

	constructor(packages: Packages, log: Log, onChange: () => void) {
		this.#packages = packages;
		this.#log = log;
		this.#onChange = onChange;
	}

	get(key: string): Arm | undefined {
		return this.#arms.get(key);
	}

	isReady(key: string): boolean {
		return this.#arms.get(key)?.serving != null;
	}

	statuses(): Record<string, ArmStatus> {
		return Object.fromEntries([...this.#arms].map(([key, arm]) => [key, arm.status]));
	}

	/** `keep`: arms that still answer for want of a ready champion. `retryFailed`: a new table is a new attempt. */
	adopt(table: RouteTable, keep: ReadonlySet<string>, retryFailed: boolean): void {
		const wanted = new Map<string, ArmRoute>();
		for (const route of Object.values(table.endpoints)) for (const arm of route.arms) wanted.set(arm.key, arm);
		for (const [key, route] of wanted) {
			const arm = this.#arms.get(key);
			if (arm === undefined || (retryFailed && arm.status.state === "failed")) this.#load(route);
			else if (mustMove(arm, route)) this.#replace(arm, route);
		}
		for (const [key, arm] of this.#arms) {
			if (wanted.has(key) || keep.has(key)) continue;
			this.#arms.delete(key);
			this.#drain(arm);
		}
	}

	/** Proves that the arms without traffic still answer. Live traffic proves the others. */
	async recheckIdle(table: RouteTable): Promise<void> {
		const idle = Object.values(table.endpoints).flatMap((route) => route.arms.filter((arm) => arm.weightPercent === 0));
		await Promise.all(idle.map((route) => this.#arms.get(route.key)?.recheck(this.#log)));
		this.#onChange();
	}

	async close(): Promise<void> {
		const arms = [...this.#arms.values()];
		this.#arms.clear();
		await Promise.all([...arms.map((arm) => arm.close()), ...this.#draining]);
	}

	#load(route: ArmRoute): void {
		const arm = new Arm(route);
		this.#arms.set(route.key, arm);
		void arm.start(this.#packages, this.#log).then(this.#onChange);
	}

	/** The old one serves until the new one is ready; a new one that fails is forgotten. */
	#replace(old: Arm, route: ArmRoute): void {
		const arm = new Arm(route);
		void arm.start(this.#packages, this.#log).then(() => {
			if (this.#arms.get(route.key) !== old || arm.serving === null) return arm.close();
			this.#arms.set(route.key, arm);
			this.#drain(old);
			this.#onChange();
		});
	}

	#drain(arm: Arm): void {
		const drained = this.#waitIdle(arm).then(() => arm.close());
		this.#draining.add(drained);
		void drained.finally(() => this.#draining.delete(drained));
	}

	async #waitIdle(arm: Arm): Promise<void> {
		const end = performance.now() + DRAIN_LIMIT_MS;
		while (arm.inFlight > 0 && performance.now() < end) await sleep(20);
	}
}

/**
 * Into the loop when the table lets it (promoted), out of it when it is to be compared: two arms are compared like with like, so both
 * run in threads of their own.
 */
function mustMove(arm: Arm, route: ArmRoute): boolean {
	if (arm.serving === null) return false;
	if (wishOf(route) === "loop") return wishOf(arm.route) === "worker";
	return arm.serving.model.placement === "loop";
}

/** A version on trial never shares the loop, whatever the table says. */
function wishOf(route: ArmRoute): ArmRoute["placement"] {
	return route.trial ? "worker" : route.placement;
}
