import { type Evidence, type OutcomeCount, type Placed, type Window, watchedLatencies } from "@headgate/core/analysis";
import {
	decide,
	type Effect,
	effectsOf,
	evolve,
	evolveServing,
	type Recorded,
	type RolloutEvent,
	type RolloutInput,
	type RolloutState,
	RolloutTracker,
	routeOf,
	type Serving,
} from "@headgate/core/rollout";
import type { EndpointRoute } from "@headgate/core/routing";
import { canonicalJson } from "@headgate/protocol";
import { type StartOf, start } from "./builders.ts";
import { FakeFleet, type FleetOptions } from "./fake-fleet.ts";

export interface RehearsalOptions extends StartOf {
	readonly fleet?: FleetOptions;
	/** False: evidence is judged and forgotten, for rollouts of weeks. Default: it is kept, to be replayed. */
	readonly keepsEvidence?: boolean;
	/** With `verifyWhole`: the second after which every byte has been read. Default: at once. */
	readonly readAfterSeconds?: number;
	/** What is then found; default nothing. */
	readonly corruption?: string;
}

/** A whole rollout in memory: the real decider, judge and tracker around a fake fleet, one call for each second. */
export class Rehearsal {
	readonly fleet: FakeFleet;
	/** The journal of this rollout, as it would be read back: through canonical JSON. */
	readonly recorded: Recorded[] = [];
	readonly evidence: Placed<Evidence>[] = [];
	/** What every route so far added up to. */
	readonly weightSums = new Set<number>();
	/** Versions that a gateway has lost. */
	readonly notReady = new Set<string>();
	#tracker: RolloutTracker;
	#state: RolloutState | null = null;
	#serving: Serving;
	#second = 1_000;
	#quarantined = false;
	#positions = 0;
	#batches = 0;
	readonly #options: RehearsalOptions;

	constructor(options: RehearsalOptions = {}) {
		this.#options = options;
		this.fleet = new FakeFleet(options.fleet);
		const input = start(options);
		this.#serving = { champion: input.start.champion, previous: null, previousWarmUntilMs: 0 };
		const begun = decide(null, input, 0);
		if (!begun.ok) throw new Error(begun.refusal.message);
		for (const event of begun.value) this.#record(event, false);
		this.#tracker = new RolloutTracker(this.recorded);
		this.#perform();
	}

	get state(): RolloutState {
		return this.#state!;
	}

	get events(): readonly RolloutEvent[] {
		return this.recorded.map(({ event }) => event);
	}

	get types(): readonly RolloutEvent["type"][] {
		return this.events.map((event) => event.type);
	}

	/** Version that answers by default. */
	get champion(): string | undefined {
		return this.#serving.champion?.version;
	}

	get route(): EndpointRoute | null {
		return routeOf("credit-risk", this.#serving, this.#state, 0);
	}

	/** Seconds judged since the first. */
	get seconds(): number {
		return this.#second - 1_000;
	}

	find<Type extends RolloutEvent["type"]>(type: Type): Extract<RolloutEvent, { type: Type }> | undefined {
		return this.events.find((event): event is Extract<RolloutEvent, { type: Type }> => event.type === type);
	}

	/** A person's word or a report. @returns the refusal's code, or null. */
	tell(input: RolloutInput): string | null {
		const result = decide(this.#state, input, this.#tracker.position);
		if (!result.ok) return result.refusal.code;
		for (const event of result.value) this.#append(event, false);
		this.#perform();
		return null;
	}

	/** Lets one second pass: gateways report, it closes, is judged, and what follows is done. `tamper` may change the reports. */
	second(tamper: (windows: readonly Window[]) => readonly Window[] = (windows) => windows): void {
		const { route } = this;
		this.#second++;
		if (route !== null) {
			const windows = tamper(this.fleet.second(this.#second, route, this.recorded.length));
			for (const one of windows) this.#take({ kind: "window", window: one });
			const ready = route.arms.filter((arm) => !this.notReady.has(arm.version)).map((arm) => arm.key);
			this.#take({ kind: "close", second: this.#second, missing: [], readyArms: ready, behind: false });
		}
		this.#perform();
	}

	/** What became known of predictions comes in; it is judged with the next second. */
	outcomes(counts: readonly OutcomeCount[]): void {
		this.#take({ kind: "outcomes", batch: ++this.#batches, counts });
	}

	/** Lets seconds pass until the condition holds. Throws after `limit` seconds. */
	until(condition: (rehearsal: this) => boolean, limit = 600): this {
		for (let passed = 0; !condition(this); passed++) {
			if (passed === limit) throw new Error(`not within ${limit} s; so far: ${this.types.join(", ")}`);
			this.second();
		}
		return this;
	}

	/** Control dies and comes back: everything but journal and evidence is lost. */
	restart(): void {
		this.#tracker = new RolloutTracker(this.recorded);
		for (const record of this.evidence) {
			const step = this.#tracker.take(record);
			if (step !== null && step.recorded === undefined) for (const event of step.decided) this.#append(event, true);
		}
		this.#tracker.finish();
	}

	#take(evidence: Evidence): void {
		const record = { ...evidence, position: ++this.#positions };
		if (this.#options.keepsEvidence !== false) this.evidence.push(record);
		for (const event of this.#tracker.take(record)?.decided ?? []) this.#append(event, true);
	}

	#append(event: RolloutEvent, fromEvidence: boolean): void {
		this.#tracker.apply(event);
		this.#record(event, fromEvidence);
	}

	#record(event: RolloutEvent, fromEvidence: boolean): void {
		this.recorded.push({ event: JSON.parse(canonicalJson(event)) as RolloutEvent, fromEvidence });
		this.#state = evolve(this.#state, event);
		this.#serving = evolveServing(this.#serving, event, this.#state, 0);
		const sum = this.route?.arms.reduce((total, arm) => total + arm.weightPercent, 0);
		if (sum !== undefined) this.weightSums.add(sum);
	}

	/** Does at once and without fail what the state asks for. */
	#perform(): void {
		for (let effect = this.#due(); effect !== undefined; effect = this.#due()) {
			const report = this.#report(effect);
			if (report === null) this.#quarantined = true;
			else this.tell(report);
		}
	}

	/** The champion's latency is taken once, after the first second of traffic. */
	#due(): Effect | undefined {
		const measured = this.seconds === 0 || Object.keys(this.state.championUs).length > 0;
		const isRead = this.seconds >= (this.#options.readAfterSeconds ?? 0);
		return effectsOf(this.state, this.#quarantined).find(({ kind }) => {
			return !(measured && kind === "measure-thresholds") && (isRead || kind !== "verify-package");
		});
	}

	#report(effect: Effect): RolloutInput | null {
		const gateways = [...this.fleet.gateways];
		switch (effect.kind) {
			case "check-package":
				return { type: "ReportChecks", passed: true, level: "full", ms: 1, notVerified: [], problems: [] };
			case "verify-package": {
				const { corruption } = this.#options;
				const problem = corruption === undefined ? null : { id: "A04", message: corruption, hint: "push it again" };
				const impact = { challengerRequests: 0, challengerFailed: 0 };
				return { type: "ReportVerification", level: "L4", ms: 1, problem, impact };
			}
			case "await-arms":
				return { type: "ReportArms", gateways, failed: null };
			case "send-notice":
				return { type: "ReportNotice", notice: effect.notice.id };
			case "await-route": {
				const acknowledged = gateways.map((gateway) => ({ gateway, ms: 5 }));
				const applied = { revision: this.recorded.length, restoredMs: 5, gateways: acknowledged, leaseExpired: [] };
				return { type: "ReportRoute", applied };
			}
			case "measure-thresholds": {
				const { plan, id, champion } = this.state;
				const measured = effect.percentiles.map((percentile) => {
					return [String(percentile), this.fleet.latencyUs(champion?.version ?? "", this.#second, percentile)] as const;
				});
				const championUs = Object.fromEntries(measured);
				const thresholds = { id: `${id}/1`, latencyUs: watchedLatencies(plan, championUs) };
				return { type: "ReportThresholds", frozen: { thresholds, requests: 2_000, championUs } };
			}
			case "quarantine":
				return null;
		}
	}
}

/** Of a route: the weight of a version, undefined when it is not in it. */
export function weightOf(route: EndpointRoute | null, version: string): number | undefined {
	return route?.arms.find((arm) => arm.version === version)?.weightPercent;
}
