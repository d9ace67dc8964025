import { watchedLatencies } from "@headgate/core/analysis";
import { type Effect, effectsOf, FASTER_BY, keyOf, REQUESTS_FOR_THRESHOLDS, type RolloutState } from "@headgate/core/rollout";
import { HeadgateError } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";
import type { Fleet } from "../gateways/fleet.ts";
import { type StateKeeper, SYSTEM } from "../installation/state-keeper.ts";
import type { CheckReport, PackageStore } from "../packages/ports.ts";
import type { Notifier } from "./notifier.ts";
import type { Rollouts } from "./rollouts.ts";

interface Parts {
	readonly keeper: StateKeeper;
	readonly rollouts: Rollouts;
	readonly fleet: Fleet;
	readonly packages: PackageStore;
	readonly notifier: Notifier;
	readonly clock: Clock;
}

/**
 * Does what the states ask for and reports it. Idempotent: every effect is computed from the state again until the event that ends
 * it is in the journal, so a crash between doing and recording is just another pass.
 */
export class EffectPerformer {
	readonly #parts: Parts;
	/** Effects that take longer than a pass and are under way in this process. */
	readonly #running = new Set<string>();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Call inside `exclusively`. */
	async pass(): Promise<void> {
		const { installation } = this.#parts.keeper;
		for (const state of installation.rollouts.values()) {
			const quarantined = (installation.packages.get(state.challenger.packageDigest)?.quarantined ?? null) !== null;
			for (const effect of effectsOf(state, quarantined)) await this.#perform(state, effect);
			await this.#reportBreakers(state);
		}
		await this.#adoptOverrides();
		await this.#endKeepWarm();
	}

	async #perform(state: RolloutState, effect: Effect): Promise<void> {
		const { rollouts, notifier, keeper } = this.#parts;
		switch (effect.kind) {
			case "check-package":
				return this.#check(state, effect);
			case "await-arms":
				return this.#awaitArms(state);
			case "measure-thresholds":
				return this.#measure(state, effect.percentiles);
			case "await-route":
				return this.#awaitRoute(state);
			case "send-notice":
				await notifier.send(effect.notice);
				await rollouts.tell(state.id, { type: "ReportNotice", notice: effect.notice.id });
				return;
			case "quarantine": {
				const { model, version } = state.challenger;
				const data = { digest: effect.digest, because: `${state.id}: ${effect.because}` };
				await keeper.append(`package/${model}@${version}`, [
					{ type: "PackageQuarantined", actor: SYSTEM, cause: state.id, data },
				]);
				return;
			}
			default:
				return unreachable(effect);
		}
	}

	/** Checks run beside the loop, never inside a decision: they take up to two seconds. */
	#check(state: RolloutState, effect: Extract<Effect, { kind: "check-package" }>): void {
		if (this.#running.has(state.id)) return;
		this.#running.add(state.id);
		const { packages, keeper, rollouts } = this.#parts;
		const run = async () => {
			const report = await packages
				.check(effect.digest, { championDigest: effect.championDigest, off: state.off })
				.catch(asReport);
			const { passed, level, ms, notVerified, problems } = report;
			await keeper.exclusively(() => rollouts.tell(state.id, { type: "ReportChecks", passed, level, ms, notVerified, problems }));
		};
		run().finally(() => this.#running.delete(state.id));
	}

	async #awaitArms(state: RolloutState): Promise<void> {
		const { fleet, rollouts, keeper } = this.#parts;
		const key = keyOf(state.challenger);
		const failed = fleet.failedArm(key);
		const { revision } = keeper.installation.table;
		const leased = fleet.leased();
		const serving = leased.length > 0 && leased.every((gateway) => gateway.revision >= revision);
		if (failed === null && !(serving && fleet.readyArms().includes(key))) return;
		await rollouts.tell(state.id, { type: "ReportArms", gateways: leased.map((gateway) => gateway.id), failed });
	}

	async #measure(state: RolloutState, percentiles: readonly number[]): Promise<void> {
		const followed = this.#parts.rollouts.ofEndpoint(state.endpoint);
		if (followed === undefined || followed.championRequests < REQUESTS_FOR_THRESHOLDS) return;
		const requests = followed.championRequests;
		const championUs = Object.fromEntries(
			percentiles.map((percentile) => [String(percentile), followed.championLatencyUs(percentile)]),
		);
		followed.measureAnew();
		const known = Object.entries(state.championUs);
		if (known.length > 0 && !known.some(([percentile, us]) => championUs[percentile]! < us * FASTER_BY)) return;
		const count = Number(state.thresholds?.id.split("/").at(-1) ?? 0) + 1;
		const thresholds = { id: `${state.id}/${count}`, latencyUs: watchedLatencies(state.plan, championUs) };
		await this.#parts.rollouts.tell(state.id, { type: "ReportThresholds", frozen: { thresholds, requests, championUs } });
	}

	async #awaitRoute(state: RolloutState): Promise<void> {
		const { fleet, keeper, rollouts } = this.#parts;
		const { revision } = keeper.installation.table;
		const acknowledged = fleet.acknowledged(revision);
		if (!acknowledged.done) return;
		const begunAtMs = keeper.installation.rollbackBegunAtMs.get(state.id) ?? this.#parts.clock();
		const gateways = acknowledged.gateways.map(({ gateway, atMs }) => ({ gateway, ms: Math.max(0, atMs - begunAtMs) }));
		const slowest = Math.max(0, ...gateways.map(({ ms }) => ms));
		const restoredMs = acknowledged.leaseExpired.length > 0 ? this.#parts.clock() - begunAtMs : slowest;
		await rollouts.tell(state.id, {
			type: "ReportRoute",
			applied: { revision, restoredMs, gateways, leaseExpired: acknowledged.leaseExpired },
		});
	}

	async #reportBreakers(state: RolloutState): Promise<void> {
		const key = keyOf(state.challenger);
		const gateway = this.#parts.fleet.leased().find((candidate) => candidate.breakers.includes(key));
		if (gateway === undefined || state.status !== "running" || state.promoted) return;
		const impact = this.#parts.rollouts.ofEndpoint(state.endpoint)?.tracker.impact ?? {
			challengerRequests: 0,
			challengerFailed: 0,
		};
		await this.#parts.rollouts.tell(state.id, { type: "ReportBreaker", gateway: gateway.id, impact });
	}

	/** A rollback made without control is made the truth everywhere; the new table then ends the overrides. */
	async #adoptOverrides(): Promise<void> {
		const { fleet, keeper, rollouts } = this.#parts;
		for (const { id, overrides } of fleet.leased()) {
			for (const { endpoint, to } of overrides) {
				const newest = [...keeper.installation.rollouts.values()].findLast(
					(state) => state.endpoint === endpoint && state.status !== "refused",
				);
				if (newest === undefined || newest.rollback !== null || newest.champion === null) continue;
				const impact = rollouts.ofEndpoint(endpoint)?.tracker.impact ?? { challengerRequests: 0, challengerFailed: 0 };
				await rollouts.tell(newest.id, { type: "RollBack", reason: `directly on ${id}, to ${to}`, impact });
			}
		}
	}

	/** The champion before is let go when its time is over, unless a rollout still needs it. */
	async #endKeepWarm(): Promise<void> {
		const { keeper, clock, fleet } = this.#parts;
		for (const endpoint of keeper.installation.endpoints.values()) {
			const { previous, previousWarmUntilMs } = endpoint.serving;
			if (previous === null || clock() < previousWarmUntilMs || keeper.installation.activeRollout(endpoint.name) !== null)
				continue;
			const event = { type: "KeepWarmEnded", actor: SYSTEM, cause: null, data: { version: previous.version } };
			await keeper.append(`endpoint/${endpoint.name}`, [event]);
			fleet.publish(keeper.installation.table);
		}
	}
}

/** A check that could not be carried out counts as failed: what is not verified is not shipped. */
function asReport(error: unknown): CheckReport {
	const fault = error instanceof HeadgateError ? error : null;
	const message = error instanceof Error ? error.message : String(error);
	const problem = { id: fault?.code ?? "check.error", message, hint: fault?.hint ?? "look at the log of the control process" };
	return { passed: false, level: "none", ms: 0, notVerified: ["everything"], problems: [problem], lines: [] };
}

function unreachable(effect: never): never {
	throw new Error(`unknown effect ${JSON.stringify(effect)}`);
}
