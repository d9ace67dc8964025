import { watchedLatencies } from "@headgate/core/analysis";
import {
	type Effect,
	effectsOf,
	FASTER_BY,
	isOver,
	keyOf,
	type Notice,
	REQUESTS_FOR_THRESHOLDS,
	type RolloutState,
} from "@headgate/core/rollout";
import { HeadgateError, type JournalHead, renderHead } from "@headgate/protocol";
import type { Clock } from "../clock/clock.ts";
import type { Fleet } from "../gateways/fleet.ts";
import { type StateKeeper, SYSTEM } from "../installation/state-keeper.ts";
import type { CheckReport, PackageStore, Verification } from "../packages/ports.ts";
import { attemptEach } from "./attempt-each.ts";
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
	/** Checks under way or done in this process, by rollout: null while they run. */
	readonly #checks = new Map<string, CheckReport | null>();
	/** The same of packages being read whole. */
	readonly #readings = new Map<string, Verification | null>();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** Performs what is due, each effect whatever becomes of the others; throws the first fault at the end. Call inside `exclusively`. */
	async pass(): Promise<void> {
		const { installation } = this.#parts.keeper;
		const due = [...installation.rollouts.values()].flatMap((state) => {
			const quarantined = (installation.packages.get(state.challenger.packageDigest)?.quarantined ?? null) !== null;
			return effectsOf(state, quarantined).map((effect) => () => this.#perform(state, effect));
		});
		const rest = [() => this.#reportBreakers(), () => this.#adoptOverrides(), () => this.#endKeepWarm()];
		// What a check found of a rollout that was called off meanwhile is of no use any more.
		for (const id of this.#readings.keys()) {
			const state = installation.rollouts.get(id);
			if (this.#readings.get(id) !== null && (state === undefined || isOver(state))) this.#readings.delete(id);
		}
		for (const [id, report] of this.#checks) {
			if (report !== null && installation.rollouts.get(id)?.status !== "validating") this.#checks.delete(id);
		}
		await attemptEach([...due, ...rest], (perform) => perform());
	}

	async #perform(state: RolloutState, effect: Effect): Promise<void> {
		const { rollouts, notifier, keeper } = this.#parts;
		switch (effect.kind) {
			case "check-package":
				return this.#check(state, effect);
			case "verify-package":
				return this.#verify(state, effect.digest);
			case "await-arms":
				return this.#awaitArms(state);
			case "measure-thresholds":
				return this.#measure(state, effect.percentiles);
			case "await-route":
				return this.#awaitRoute(state);
			case "send-notice":
				await notifier.send(withHead(effect.notice, keeper.journal.head()));
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

	/** Checks run beside the loop, never inside a decision: they take up to two seconds. A later pass finds what they said. */
	async #check(state: RolloutState, effect: Extract<Effect, { kind: "check-package" }>): Promise<void> {
		const report = this.#checks.get(state.id);
		if (report === undefined) {
			this.#checks.set(state.id, null);
			const { checks } = this.#parts.keeper.installation.endpoints.get(state.endpoint)?.config ?? {};
			const options = {
				championDigest: effect.championDigest,
				hasServed: this.#hasServed(state),
				off: state.off,
				...(checks?.evaluationAgeMs === undefined ? {} : { evaluationAgeMs: checks.evaluationAgeMs }),
			};
			void this.#runCheck(effect.digest, options).then((done) => this.#checks.set(state.id, done));
			return;
		}
		if (report === null) return;
		const { passed, level, ms, notVerified, problems } = report;
		await this.#parts.rollouts.tell(state.id, { type: "ReportChecks", passed, level, ms, notVerified, problems });
		this.#checks.delete(state.id);
	}

	/** Whether an earlier rollout at the endpoint ended with this package as the champion. */
	#hasServed({ id, endpoint, challenger }: RolloutState): boolean {
		return [...this.#parts.keeper.installation.rollouts.values()].some((other) => {
			const same = other.endpoint === endpoint && other.challenger.packageDigest === challenger.packageDigest;
			return same && other.id !== id && other.promoted && other.rollback === null;
		});
	}

	async #runCheck(digest: string, options: Parameters<PackageStore["check"]>[1]): Promise<CheckReport> {
		try {
			return await this.#parts.packages.check(digest, options);
		} catch (fault) {
			return asReport(fault);
		}
	}

	/** Every byte is read beside the loop and beside the traffic, at the lowest priority: it may take minutes. */
	async #verify(state: RolloutState, digest: string): Promise<void> {
		const found = this.#readings.get(state.id);
		if (found === undefined) {
			this.#readings.set(state.id, null);
			void this.#parts.packages
				.verify(digest)
				.catch((fault: unknown) => ({ ms: 0, problem: asProblem(fault) }))
				.then((done) => this.#readings.set(state.id, done));
			return;
		}
		if (found === null) return;
		const impact = this.#parts.rollouts.impactOf(state.id);
		await this.#parts.rollouts.tell(state.id, { type: "ReportVerification", level: "L4", impact, ...found });
		this.#readings.delete(state.id);
	}

	async #awaitArms(state: RolloutState): Promise<void> {
		const { fleet, rollouts, keeper } = this.#parts;
		const key = keyOf(state.challenger);
		const { revision } = keeper.installation.table;
		const failed = fleet.failedArm(key, revision);
		const leased = fleet.leased();
		const serving = leased.length > 0 && leased.every((gateway) => gateway.revision >= revision);
		if (failed === null && !(serving && fleet.readyArms().includes(key))) return;
		await rollouts.tell(state.id, { type: "ReportArms", gateways: leased.map((gateway) => gateway.id), failed });
	}

	async #measure(state: RolloutState, percentiles: readonly number[]): Promise<void> {
		const followed = this.#parts.rollouts.find(state.id);
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
		const begun = keeper.installation.rollbackBegun.get(state.id);
		if (begun === undefined) return;
		const { revision, atMs: begunAtMs } = begun;
		const acknowledged = fleet.acknowledged(revision, keeper.installation.readyOn.get(state.id));
		if (!acknowledged.done) return;
		const gateways = acknowledged.gateways.map(({ gateway, atMs }) => ({ gateway, ms: Math.max(0, atMs - begunAtMs) }));
		const slowest = Math.max(0, ...gateways.map(({ ms }) => ms));
		const restoredMs = acknowledged.leaseExpired.length > 0 ? this.#parts.clock() - begunAtMs : slowest;
		await rollouts.tell(state.id, {
			type: "ReportRoute",
			applied: { revision, restoredMs, gateways, leaseExpired: acknowledged.leaseExpired },
		});
	}

	async #reportBreakers(): Promise<void> {
		const { fleet, keeper, rollouts } = this.#parts;
		const open = fleet.leased().filter((gateway) => gateway.breakers.length > 0);
		if (open.length === 0) return;
		for (const { name } of keeper.installation.endpoints.values()) {
			const active = keeper.installation.activeRollout(name);
			if (active === null) continue;
			const gateway = open.find((candidate) => candidate.breakers.includes(keyOf(active.challenger)));
			if (gateway === undefined) continue;
			await rollouts.tell(active.id, { type: "ReportBreaker", gateway: gateway.id, impact: rollouts.impactOf(active.id) });
		}
	}

	/** A rollback made without control is made the truth everywhere; the new table then ends the overrides. */
	async #adoptOverrides(): Promise<void> {
		const { fleet, keeper, rollouts } = this.#parts;
		for (const { id, overrides } of fleet.leased()) {
			for (const { endpoint, to } of overrides) {
				const undone = [...keeper.installation.rollouts.values()].findLast(
					({ endpoint: of, status, champion }) =>
						of === endpoint && status !== "refused" && champion !== null && keyOf(champion) === to,
				);
				if (undone === undefined || undone.rollback !== null) continue;
				// A newer attempt that has not answered yet ends first; its own champion is the one that was taken back.
				const active = keeper.installation.activeRollout(endpoint);
				const next = active !== null && active.id !== undone.id ? active : undone;
				if (next.rollback !== null) continue;
				const impact = rollouts.impactOf(next.id);
				await rollouts.tell(next.id, { type: "RollBack", reason: `directly on ${id}, without control`, impact });
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

/** The head of the journal goes out with each notice: noted elsewhere, it shows a tail that was cut off later. */
function withHead({ id, text }: Notice, head: JournalHead): Notice {
	return { id, text: `${text} (journal ${renderHead(head)})` };
}

/** A check that could not be carried out counts as failed: what is not verified is not shipped. */
function asReport(error: unknown): CheckReport {
	return { passed: false, level: "none", ms: 0, notVerified: ["everything"], problems: [asProblem(error)], lines: [] };
}

function asProblem(error: unknown): CheckReport["problems"][number] {
	const fault = error instanceof HeadgateError ? error : null;
	const message = error instanceof Error ? error.message : String(error);
	return { id: fault?.code ?? "check.error", message, hint: fault?.hint ?? "look at the log of the control process" };
}

function unreachable(effect: never): never {
	throw new Error(`unknown effect ${JSON.stringify(effect)}`);
}
