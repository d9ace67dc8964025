import type { RouteTable } from "@headgate/core/routing";
import type { Applied, ArmStatus, Hello, HelloReply, TableLine } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";

/** Trial weight is valid this long after the last heartbeat. */
export const LEASE_MS = 15_000;
/** A gateway whose lease ended this long ago is forgotten; it says hello again when it comes back. */
const FORGET_AFTER_MS = 15 * 60_000;
const SKEW_WARNING_MS = 500;
const SKEW_EXCLUDED_MS = 2_000;

export interface Gateway {
	readonly id: string;
	boot: string;
	pid: number;
	/** Control's clock minus the gateway's, measured at hello. */
	skewMs: number;
	/** Trial traffic on this gateway ends by itself at this time unless a heartbeat renews it. */
	leaseUntilMs: number;
	/** The same by revision of the table it was handed with: a table that never arrived renews nothing of the one before. */
	leases: readonly { readonly revision: number; readonly untilMs: number }[];
	epoch: number;
	/** The revision it serves, and when it said so. */
	revision: number;
	appliedAtMs: number;
	arms: Readonly<Record<string, ArmStatus>>;
	breakers: readonly string[];
	/** Endpoints that a person took back on that host without control, and the version they serve now. */
	overrides: readonly { readonly endpoint: string; readonly revision: number; readonly to: string }[];
	memoryBytes: number;
	stream: ((line: TableLine) => void) | null;
}

export interface Acknowledgement {
	readonly done: boolean;
	readonly gateways: readonly { readonly gateway: string; readonly atMs: number }[];
	readonly leaseExpired: readonly string[];
	/** Still to answer, with a lease that runs. */
	readonly waitingFor: readonly string[];
}

/** The gateways control knows, their leases and what they serve. It pushes tables and decides nothing. */
export class Fleet {
	readonly gateways = new Map<string, Gateway>();
	readonly #clock: Clock;
	readonly #startedAtMs: number;
	readonly #stickySecret: string;
	#table: RouteTable;

	constructor(options: { readonly clock: Clock; readonly stickySecret: string; readonly table: RouteTable }) {
		this.#clock = options.clock;
		this.#startedAtMs = options.clock();
		this.#stickySecret = options.stickySecret;
		this.#table = options.table;
	}

	hello(message: Hello): HelloReply {
		const nowMs = this.#clock();
		const untilMs = nowMs + LEASE_MS;
		const known = this.gateways.get(message.gateway);
		const before = known?.boot === message.boot ? known.leases : [{ revision: message.table.revision, untilMs }];
		this.gateways.set(message.gateway, {
			id: message.gateway,
			boot: message.boot,
			pid: message.pid,
			skewMs: nowMs - message.clock,
			leaseUntilMs: untilMs,
			leases: prolong(before, this.#table.revision, untilMs, nowMs),
			epoch: message.table.epoch,
			revision: message.table.revision,
			appliedAtMs: nowMs,
			arms: {},
			breakers: [],
			overrides: [],
			memoryBytes: 0,
			stream: null,
		});
		const table = this.#table as HelloReply["table"];
		return { table, leaseMs: LEASE_MS, trialUntil: untilMs, controlClock: nowMs, stickySecret: this.#stickySecret };
	}

	/** @returns false when this life of the gateway has not said hello to this control process. */
	applied(message: Applied): boolean {
		const gateway = this.gateways.get(message.gateway);
		if (gateway === undefined || gateway.boot !== message.boot) return false;
		if (message.revision !== gateway.revision || message.epoch !== gateway.epoch) gateway.appliedAtMs = this.#clock();
		gateway.epoch = message.epoch;
		gateway.revision = message.revision;
		gateway.arms = message.arms;
		gateway.breakers = message.breakers;
		gateway.overrides = message.overrides ?? [];
		gateway.memoryBytes = message.memoryBytes;
		return true;
	}

	/** Connects a gateway's stream of tables; the first line is the table as it is now. Returns the way to disconnect. */
	connect(id: string, boot: string, send: (line: TableLine) => void): (() => void) | null {
		const gateway = this.gateways.get(id);
		if (gateway === undefined || gateway.boot !== boot) return null;
		gateway.stream = send;
		send(this.#line("table", gateway));
		return () => {
			// A hello may have come in between: what is known of the gateway now is another object.
			const current = this.gateways.get(id);
			if (current?.stream === send) current.stream = null;
		};
	}

	/** Pushes a table that changed to everyone connected. */
	publish(table: RouteTable): void {
		if (table.epoch === this.#table.epoch && table.revision === this.#table.revision) return;
		this.#table = table;
		this.#broadcast("table");
	}

	heartbeat(): void {
		const nowMs = this.#clock();
		for (const { id, leaseUntilMs } of this.gateways.values()) {
			if (nowMs >= leaseUntilMs + FORGET_AFTER_MS) this.gateways.delete(id);
		}
		this.#broadcast("heartbeat");
	}

	/** Gateways whose lease runs: those that may be serving trial traffic. */
	leased(): readonly Gateway[] {
		const nowMs = this.#clock();
		return [...this.gateways.values()].filter((gateway) => nowMs < gateway.leaseUntilMs);
	}

	/** Gateways whose clock is so far off that their seconds cannot be trusted. */
	excluded(): readonly string[] {
		return this.#skewed(SKEW_EXCLUDED_MS);
	}

	skewWarnings(): readonly string[] {
		return this.#skewed(SKEW_WARNING_MS);
	}

	/**
	 * Who serves this revision or a later one, whose lease of every table before it has run out, and who is still to answer.
	 *
	 * @param expected gateways known from before this control process: until they say hello they may hold a lease of the one before.
	 */
	acknowledged(revision: number, expected: readonly string[] = []): Acknowledgement {
		const nowMs = this.#clock();
		const unseen = expected.filter((id) => !this.gateways.has(id));
		const mayHold = nowMs < this.#startedAtMs + LEASE_MS;
		const all = [...this.gateways.values()];
		const serves = all.filter((gateway) => gateway.revision >= revision && gateway.epoch === this.#table.epoch);
		const others = all.filter((gateway) => !serves.includes(gateway));
		const holds = ({ leases }: Gateway) => leases.some((lease) => lease.revision < revision && nowMs < lease.untilMs);
		const waitingFor = [...others.filter(holds).map((gateway) => gateway.id), ...(mayHold ? unseen : [])];
		const leaseExpired = [
			...others.filter((gateway) => !holds(gateway)).map((gateway) => gateway.id),
			...(mayHold ? [] : unseen),
		];
		return {
			// Without any gateway nobody serves the old table once its last lease is over.
			done: waitingFor.length === 0 && (all.length > 0 || !mayHold),
			gateways: serves.map((gateway) => ({ gateway: gateway.id, atMs: gateway.appliedAtMs })),
			leaseExpired,
			waitingFor,
		};
	}

	/** Arm keys that are ready on every leased gateway. */
	readyArms(): readonly string[] {
		const leased = this.leased();
		const [first, ...rest] = leased;
		if (first === undefined) return [];
		const ready = (gateway: Gateway, key: string) => gateway.arms[key]?.state === "ready";
		return Object.keys(first.arms).filter((key) => ready(first, key) && rest.every((gateway) => ready(gateway, key)));
	}

	/** The first gateway on which the arm failed to load under this table revision or a later one, with its reason. */
	failedArm(key: string, revision: number): { readonly gateway: string; readonly reason: string } | null {
		for (const gateway of this.leased()) {
			if (gateway.revision < revision) continue;
			const status = gateway.arms[key];
			if (status?.state === "failed") return { gateway: gateway.id, reason: status.reason };
		}
		return null;
	}

	#skewed(limitMs: number): readonly string[] {
		return [...this.gateways.values()].filter((gateway) => Math.abs(gateway.skewMs) > limitMs).map((gateway) => gateway.id);
	}

	#broadcast(kind: TableLine["kind"]): void {
		for (const gateway of this.gateways.values()) gateway.stream?.(this.#line(kind, gateway));
	}

	/**
	 * Hands out the lease with the line. Heartbeats prolong the lease of a table only where it is known to be served: a gateway that
	 * hangs with an open connection would else hold one for ever.
	 */
	#line(kind: TableLine["kind"], gateway: Gateway): TableLine {
		const controlClock = this.#clock();
		const { epoch, revision } = this.#table;
		const serves = gateway.epoch === epoch && gateway.revision === revision;
		if (kind === "table" || serves) {
			gateway.leaseUntilMs = controlClock + LEASE_MS;
			gateway.leases = prolong(gateway.leases, revision, gateway.leaseUntilMs, controlClock);
		}
		const trialUntil = gateway.leaseUntilMs;
		if (kind === "table") return { kind, table: this.#table as HelloReply["table"], trialUntil, controlClock };
		return { kind, epoch, revision, trialUntil, controlClock };
	}
}

/** Leases with that of `revision` until `untilMs`; those that are over are left out. */
function prolong(leases: Gateway["leases"], revision: number, untilMs: number, nowMs: number): Gateway["leases"] {
	return [...leases.filter((lease) => lease.revision !== revision && nowMs < lease.untilMs), { revision, untilMs }];
}
