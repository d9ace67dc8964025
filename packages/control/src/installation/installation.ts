import type { EndpointConfig } from "@headgate/core/plan";
import {
	evolve,
	evolveServing,
	type GateJudged,
	isOver,
	NOBODY,
	type RolloutEvent,
	type RolloutRefused,
	type RolloutState,
	routeOf,
	type Serving,
} from "@headgate/core/rollout";
import type { EndpointRoute, RouteTable } from "@headgate/core/routing";
import type { JournalEvent } from "@headgate/protocol";

export interface PackageRecord {
	readonly digest: string;
	readonly name: string;
	readonly version: string;
	readonly owner: string;
	readonly bytes: number;
	readonly pushedAtMs: number;
	/** Why it may not be deployed without a person's reason; null when it may. */
	readonly quarantined: string | null;
}

export interface EndpointRecord {
	readonly name: string;
	readonly config: EndpointConfig;
	readonly configDigest: string;
	readonly serving: Serving;
	/** The newest rollout, over or not. */
	readonly rollout: string | null;
	readonly rollouts: number;
}

/**
 * Everything control knows, as the fold of the journal. The route table is part of the fold: its revision is the sequence number
 * of the event that last changed a route, so a table is the same however often it is computed again.
 */
export class Installation {
	readonly packages = new Map<string, PackageRecord>();
	readonly endpoints = new Map<string, EndpointRecord>();
	readonly rollouts = new Map<string, RolloutState>();
	/** sha256 of keys that open the control API, by key id. */
	readonly keys = new Map<string, string>();
	/** By rollout: why it was refused. */
	readonly refusals = new Map<string, string>();
	readonly #lastJudged = new Map<string, Map<string, GateJudged>>();
	/** By endpoint: up to which position its evidence is bound to the journal. */
	readonly sealedTo = new Map<string, number>();
	/** By rollout: the gateways on which the challenger was ready, and so may have had traffic. */
	readonly readyOn = new Map<string, readonly string[]>();
	/** By rollout: when its rollback was decided (journal time), and the table that undoes it. */
	readonly rollbackBegun = new Map<string, { readonly atMs: number; readonly revision: number }>();
	epoch = 0;
	#routes: Readonly<Record<string, EndpointRoute>> = {};
	#revision = 0;

	apply(event: JournalEvent): void {
		const [kind = "", id = ""] = splitStream(event.stream);
		if (kind === "rollout") this.#applyRollout(id, event);
		else if (kind === "endpoint") this.#applyEndpoint(id, event);
		else if (kind === "package") this.#applyPackage(event);
		else if (kind === "key") this.keys.set(id, (event.data as { sha256: string }).sha256);
		else if (kind === "evidence") this.sealedTo.set(id, Math.max(this.sealedTo.get(id) ?? 0, (event.data as { to: number }).to));
		else if (event.type === "ControlStarted") this.epoch = (event.data as { epoch: number }).epoch;
		if (kind === "rollout" || kind === "endpoint") this.#reroute(event);
		if (event.type === "RollbackBegun") this.rollbackBegun.set(id, { atMs: event.at, revision: this.#revision });
	}

	get table(): RouteTable {
		return { epoch: this.epoch, revision: this.#revision, endpoints: this.#routes };
	}

	/** The rollout of this endpoint that is still going on, or null. */
	activeRollout(endpoint: string): RolloutState | null {
		const id = this.endpoints.get(endpoint)?.rollout ?? null;
		const state = id === null ? undefined : this.rollouts.get(id);
		return state === undefined || isOver(state) ? null : state;
	}

	/** The gates of a rollout as the journal last heard of them. */
	lastJudged(id: string): readonly GateJudged[] {
		return [...(this.#lastJudged.get(id)?.values() ?? [])];
	}

	findPackage(name: string, version: string): PackageRecord | undefined {
		return [...this.packages.values()].find((record) => record.name === name && record.version === version);
	}

	versionsOf(name: string): readonly PackageRecord[] {
		return [...this.packages.values()].filter((record) => record.name === name);
	}

	#applyPackage(event: JournalEvent): void {
		if (event.type === "PackagePushed") {
			const data = event.data as Omit<PackageRecord, "pushedAtMs" | "quarantined">;
			this.packages.set(data.digest, { ...data, pushedAtMs: event.at, quarantined: null });
		}
		if (event.type === "PackageQuarantined") {
			const { digest, because } = event.data as { digest: string; because: string };
			const record = this.packages.get(digest);
			if (record !== undefined) this.packages.set(digest, { ...record, quarantined: because });
		}
	}

	#applyEndpoint(name: string, event: JournalEvent): void {
		const before = this.endpoints.get(name);
		if (event.type === "EndpointConfigured") {
			const { config, digest } = event.data as { config: EndpointConfig; digest: string };
			const rest = before ?? { name, serving: NOBODY, rollout: null, rollouts: 0 };
			// Releases before business metrics were judged wrote null where there were none.
			const businessMetrics = config.businessMetrics ?? {};
			this.endpoints.set(name, { ...rest, config: { ...config, businessMetrics }, configDigest: digest });
		}
		if (event.type === "KeepWarmEnded" && before !== undefined) {
			this.endpoints.set(name, { ...before, serving: { ...before.serving, previous: null, previousWarmUntilMs: 0 } });
		}
	}

	#applyRollout(id: string, event: JournalEvent): void {
		const happened = { type: event.type, ...(event.data as { after: number; data: unknown }) } as RolloutEvent;
		const state = evolve(this.rollouts.get(id) ?? null, happened);
		this.rollouts.set(id, state);
		if (happened.type === "ArmsReady") this.readyOn.set(id, happened.data.gateways);
		if (happened.type === "RolloutRefused") this.refusals.set(id, refusalText(happened.data));
		if (happened.type === "GateJudged") {
			const gates = this.#lastJudged.get(id) ?? new Map<string, GateJudged>();
			this.#lastJudged.set(id, gates.set(happened.data.gate, happened.data));
		}
		const endpoint = this.endpoints.get(state.endpoint);
		if (endpoint === undefined) throw new Error(`rollout ${id} belongs to an unknown endpoint ${state.endpoint}`);
		const started = happened.type === "RolloutStarted";
		this.endpoints.set(endpoint.name, {
			...endpoint,
			serving: evolveServing(endpoint.serving, happened, state, event.at),
			rollout: started ? id : endpoint.rollout,
			rollouts: endpoint.rollouts + (started ? 1 : 0),
		});
	}

	#reroute(event: JournalEvent): void {
		const routes: Record<string, EndpointRoute> = {};
		for (const record of this.endpoints.values()) {
			const rollout = record.rollout === null ? null : (this.rollouts.get(record.rollout) ?? null);
			const route = routeOf(record.name, record.serving, rollout, event.at);
			if (route !== null) routes[record.name] = route;
		}
		if (JSON.stringify(routes) === JSON.stringify(this.#routes)) return;
		this.#routes = routes;
		this.#revision = event.seq;
	}
}

function refusalText({ reason, problems }: RolloutRefused): string {
	return [reason, ...problems.map((problem) => `${problem.id}: ${problem.message}`)].join("; ");
}

function splitStream(stream: string): [string, string] {
	const slash = stream.indexOf("/");
	return slash === -1 ? [stream, ""] : [stream.slice(0, slash), stream.slice(slash + 1)];
}
