import type { ArmRoute, EndpointRoute, RouteTable } from "@headgate/core/routing";
import { createPredictionSealer, HeadgateError, type PredictionSealer, tagOf } from "@headgate/protocol";
import type { Arms } from "./arms.ts";
import type { CrashBreaker } from "./breaker.ts";
import type { ControlClock } from "./control-clock.ts";
import type { Endpoint } from "./endpoint.ts";
import type { TrialLease } from "./lease.ts";
import { rollbackTarget, stillNeeded, withEverythingTo } from "./override.ts";
import { EndpointRecorder, type Frame } from "./record.ts";
import { compileStickyPosition, type StickyPosition } from "./sticky.ts";
import { isNewer, type Override, type SavedTable, type TableStore } from "./table-store.ts";

export interface StateParts {
	readonly arms: Arms;
	readonly lease: TrialLease;
	readonly breaker: CrashBreaker;
	readonly clock: ControlClock;
	readonly store: TableStore;
	/** Called when something control wants to know has changed. */
	readonly onChange: () => void;
}

/** The table in force and everything derived from it. Requests read an endpoint by reference; a change replaces it whole. */
export class GatewayState {
	readonly parts: StateParts;
	#table: RouteTable | null = null;
	#secret: Buffer = Buffer.alloc(0);
	#stickyPosition: StickyPosition = compileStickyPosition(this.#secret);
	#sealer: PredictionSealer = createPredictionSealer("");
	#overrides: readonly Override[] = [];
	#endpoints: ReadonlyMap<string, Endpoint> = new Map();

	constructor(parts: StateParts) {
		this.parts = parts;
	}

	get table(): RouteTable | null {
		return this.#table;
	}

	get stickyPosition(): StickyPosition {
		return this.#stickyPosition;
	}

	/** Completes the ids of predictions. */
	get sealer(): PredictionSealer {
		return this.#sealer;
	}

	get overrides(): readonly Override[] {
		return this.#overrides;
	}

	get endpoints(): ReadonlyMap<string, Endpoint> {
		return this.#endpoints;
	}

	/** The control second that now belongs to. */
	second(): number {
		return Math.floor(this.parts.clock.now() / 1000);
	}

	/** From disk at the start: without a lease, so trial traffic stays with the champion until control speaks. */
	restore(saved: SavedTable): void {
		this.#table = saved.table;
		this.#setSecret(Buffer.from(saved.stickySecret, "hex"));
		this.#overrides = saved.overrides;
		this.#apply();
	}

	learnSecret(hex: string): void {
		const secret = Buffer.from(hex, "hex");
		if (secret.equals(this.#secret)) return;
		this.#setSecret(secret);
		if (this.#table !== null) this.parts.store.save(this.#saved(this.#table));
	}

	/** True when the table was newer and is in force now. */
	take(table: RouteTable): boolean {
		if (!isNewer(table, this.#table)) return false;
		const before = this.#table?.endpoints ?? {};
		this.#table = table;
		this.#overrides = this.#overrides.filter(({ endpoint, to }) => stillNeeded(to, before[endpoint], table.endpoints[endpoint]));
		this.parts.breaker.reset();
		this.#apply(true);
		this.parts.store.save(this.#saved(table));
		return true;
	}

	/** Rolls back without control; resolves once the override is on disk, or the log says why it is not. Throws `gateway.unknown-endpoint` or `gateway.nothing-to-roll-back`. */
	async rollBack(name: string): Promise<{ readonly from: ArmRoute; readonly to: ArmRoute }> {
		const table = this.#table;
		const route = table?.endpoints[name];
		if (table === null || route === undefined || !Object.hasOwn(table.endpoints, name)) {
			throw new HeadgateError(
				"gateway.unknown-endpoint",
				`no endpoint "${name}" here; there are: ${[...this.#endpoints.keys()].join(", ")}`,
			);
		}
		// Chosen from the table and not from an override that stands: asked twice, it leads to the same version.
		const trial = route.arms.find((arm) => arm.trial && arm.weightPercent > 0);
		const to = rollbackTarget(route, (arm) => this.parts.arms.isReady(arm.key));
		const override = { endpoint: name, epoch: table.epoch, revision: table.revision, to: to.key };
		this.#overrides = [...this.#overrides.filter((other) => other.endpoint !== name), override];
		this.#apply();
		this.parts.onChange();
		await this.parts.store.saveNow(this.#saved(table));
		return { from: trial ?? route.arms[0]!, to };
	}

	/** A lease that ran out or a breaker that opened ends the lottery: what is counted from now on says so. */
	noteLottery(): void {
		const table = this.#table;
		if (table === null) return;
		for (const { recorder, route } of this.#endpoints.values()) recorder.setFrame(this.#frame(route, table), this.second());
	}

	/** After an arm has changed its state. */
	refresh(): void {
		if (this.#table !== null) this.#apply();
		this.parts.onChange();
	}

	#setSecret(secret: Buffer): void {
		this.#secret = secret;
		this.#stickyPosition = compileStickyPosition(secret);
		this.#sealer = createPredictionSealer(secret.toString("hex"));
	}

	#saved(table: RouteTable): SavedTable {
		return { table, stickySecret: this.#secret.toString("hex"), overrides: this.#overrides };
	}

	#apply(isNewTable = false): void {
		const table = this.#table!;
		const next = new Map<string, Endpoint>();
		for (const name of Object.keys(table.endpoints)) next.set(name, this.#endpoint(name, table.endpoints[name]!, table));
		const standIns = new Set([...next.values()].flatMap((endpoint) => endpoint.standIn?.route.key ?? []));
		this.#endpoints = next;
		this.parts.arms.adopt(table, standIns, isNewTable);
	}

	#endpoint(name: string, ofTable: EndpointRoute, table: RouteTable): Endpoint {
		const { arms } = this.parts;
		const before = this.#endpoints.get(name);
		const override = this.#overrides.find((one) => one.endpoint === name);
		const route = override === undefined ? ofTable : withEverythingTo(ofTable, override.to);
		const frame = this.#frame(route, table);
		const recorder = before?.recorder ?? new EndpointRecorder(name, frame, this.second());
		recorder.setFrame(frame, this.second());
		const champion = route.arms[0]!;
		const candidate = before?.standIn ?? arms.get(before?.route.arms[0]?.key ?? "") ?? null;
		const standIn = arms.isReady(champion.key) || candidate?.serving == null ? null : candidate;
		const hasLottery = route.arms.slice(1).some((arm) => arm.weightPercent > 0);
		return { name, tag: before?.tag ?? tagOf(name), route, hasLottery, recorder, standIn };
	}

	#frame(route: EndpointRoute, { epoch, revision }: RouteTable): Frame {
		const ready = route.arms.filter((arm) => this.parts.arms.isReady(arm.key));
		return {
			table: { epoch, revision },
			thresholds: route.thresholds,
			split: this.#split(route),
			byUser: route.rollout !== null,
			arms: ready.map((arm) => ({ key: arm.key, role: arm.role })),
		};
	}

	/** The share of the version that the rollout is about: on trial its weight, promoted with a holdback what is not held back. */
	#split({ arms }: EndpointRoute): number | null {
		const { lease, breaker, arms: loaded } = this.parts;
		const second = arms.slice(1).find((arm) => arm.weightPercent > 0);
		if (second === undefined || !loaded.isReady(second.key)) return null;
		if (!second.trial) return arms[0]!.weightPercent / 100;
		return lease.holds() && !breaker.isOpen(second.key) ? second.weightPercent / 100 : null;
	}
}
