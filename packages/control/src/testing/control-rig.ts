import type { RolloutState } from "@headgate/core/rollout";
import type { Actor, EventRow } from "@headgate/protocol";
import type { ControlContext } from "../api/context.ts";
import { applyEndpoint } from "../endpoints/apply-endpoint.ts";
import { type EvidenceStore, MemoryEvidence } from "../evidence/index.ts";
import { Fleet } from "../gateways/fleet.ts";
import { Traffic } from "../gateways/traffic.ts";
import { StateKeeper, SYSTEM } from "../installation/state-keeper.ts";
import { type Journal, openMemoryJournal } from "../journal/index.ts";
import { MemoryOutcomes, type OutcomeStore, Outcomes } from "../outcomes/index.ts";
import { FakePackageStore } from "../packages/fake-package-store.ts";
import { pushPackage } from "../packages/push-package.ts";
import { attemptEach } from "../rollouts/attempt-each.ts";
import { type DeployRequest, deploy } from "../rollouts/deploy.ts";
import { FakeNotifier } from "../rollouts/fake-notifier.ts";
import { EffectPerformer } from "../rollouts/perform-effects.ts";
import { Rollouts } from "../rollouts/rollouts.ts";
import { FakeGateway } from "./fake-gateway.ts";

/** The sticky secret of a rig: prediction ids are sealed with it. */
export const RIG_SECRET = "00";
export const PERSON: Actor = { kind: "key", id: "admin-1" };

/** 50 % for 15 s, then the promotion and a watch of a minute. */
export const SHORT_PLAN = [
	{ validate: null },
	{ canary: { weight: "50%", hold: "15s", min_requests: 1, on_unknown: "promote", gates: ["error_rate <= 10%"] } },
	{ promote: null },
	{ watch: { hold: "60s" } },
];

export interface RigOptions {
	/** Raw rows and lines: hand those of one rig to the next, and control has been started again. */
	readonly rows?: EventRow[];
	readonly lines?: Map<string, string[]>;
	readonly nowMs?: number;
	readonly gateways?: number;
	/** Wrap the stores to make them fail. */
	readonly journal?: (journal: Journal) => Journal;
	readonly evidence?: (evidence: EvidenceStore) => EvidenceStore;
	readonly outcomes?: OutcomeStore;
}

/** A whole control process in memory around working fakes, one call for each second. */
export class ControlRig {
	readonly rows: EventRow[];
	readonly lines: Map<string, string[]>;
	readonly packages = new FakePackageStore();
	readonly notifier = new FakeNotifier();
	readonly traffic: Traffic;
	readonly gateways: FakeGateway[] = [];
	readonly evidence: EvidenceStore;
	readonly outcomeStore: OutcomeStore;
	readonly clock = () => this.nowMs;
	keeper!: StateKeeper;
	fleet!: Fleet;
	rollouts!: Rollouts;
	effects!: EffectPerformer;
	context!: ControlContext;
	nowMs: number;
	nudges = 0;
	/** Share of failed answers by version. */
	failing: (version: string) => number = () => 0;
	requestsPerSecond = 100;

	private constructor(options: RigOptions) {
		this.rows = options.rows ?? [];
		this.lines = options.lines ?? new Map();
		this.nowMs = options.nowMs ?? 1_000_000_000;
		this.traffic = new Traffic(this.clock);
		const memory = new MemoryEvidence(this.lines);
		this.evidence = options.evidence?.(memory) ?? memory;
		this.outcomeStore = options.outcomes ?? new MemoryOutcomes();
	}

	static async open(options: RigOptions = {}): Promise<ControlRig> {
		const rig = new ControlRig(options);
		const journal = await openMemoryJournal(rig.clock, rig.rows);
		rig.keeper = await StateKeeper.open(options.journal?.(journal) ?? journal);
		const { keeper, clock, evidence, packages, notifier, traffic } = rig;
		const data = { epoch: keeper.installation.epoch + 1 };
		await keeper.append("control", [{ type: "ControlStarted", actor: SYSTEM, cause: null, data }]);
		const fleet = new Fleet({ clock, stickySecret: RIG_SECRET, table: keeper.installation.table });
		const rollouts = new Rollouts({ keeper, evidence, fleet, clock });
		await rollouts.recover();
		rig.fleet = fleet;
		rig.rollouts = rollouts;
		rig.effects = new EffectPerformer({ keeper, rollouts, fleet, packages, notifier, clock });
		const nudge = () => {
			rig.nudges++;
		};
		const outcomes = new Outcomes({ keeper, rollouts, store: rig.outcomeStore, secretHex: RIG_SECRET });
		await outcomes.recover();
		rig.context = { keeper, rollouts, fleet, traffic, outcomes, packages, clock, nudge };
		for (let i = 1; i <= (options.gateways ?? 2); i++) rig.addGateway(`g${i}`);
		return rig;
	}

	/** The same journal and evidence under a new control process. */
	async restart(options: Omit<RigOptions, "rows" | "lines" | "nowMs"> = {}): Promise<ControlRig> {
		const next = await ControlRig.open({
			outcomes: this.outcomeStore,
			...options,
			rows: this.rows,
			lines: this.lines,
			nowMs: this.nowMs,
		});
		next.failing = this.failing;
		for (const [digest, folder] of this.packages.stored) next.packages.stored.set(digest, folder);
		for (const gateway of next.gateways) {
			const before = this.gateways.find(({ id }) => id === gateway.id);
			if (before !== undefined) gateway.goOnFrom(before);
		}
		return next;
	}

	addGateway(id: string): FakeGateway {
		const gateway = new FakeGateway(this.fleet, id);
		this.gateways.push(gateway);
		gateway.connect(this.nowMs);
		return gateway;
	}

	async endpoint(name = "credit-risk", more: object = {}): Promise<void> {
		const owner = { team: "risk-ml", contact: "risk-ml@example.com" };
		await applyEndpoint(
			this.keeper,
			this.packages,
			{ endpoint: name, model: "credit-risk", owner, plan: SHORT_PLAN, ...more },
			PERSON,
		);
	}

	async push(version: string, name = "credit-risk"): Promise<string> {
		const folder = `/${name}/${version}`;
		if (!this.packages.folders.has(folder)) this.packages.folders.set(folder, { name, version });
		return (await pushPackage(this.keeper, () => this.packages.push(folder, { onProgress: () => {} }), PERSON)).digest;
	}

	/** Starts a rollout and lets the checks run; the next seconds carry it on. */
	async deploy(version: string, more: Partial<DeployRequest> = {}): Promise<string> {
		const id = await deploy(this.keeper, this.rollouts, { endpoint: "credit-risk", version, ...more }, PERSON);
		await this.pass();
		return id;
	}

	/** An endpoint with 1.0.0 as its champion, and 1.1.0 and 1.2.0 pushed. */
	async champion(): Promise<void> {
		await this.endpoint();
		for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await this.push(version);
		await this.deploy("1.0.0");
		await this.seconds(2);
	}

	/** One pass of the loop, with what it would go on to do at once. */
	async pass(): Promise<void> {
		this.fleet.heartbeat();
		const work = [() => this.rollouts.judge(), () => this.effects.pass()];
		for (let i = 0; i < 3; i++) {
			await this.keeper.exclusively(() => attemptEach(work, (step) => step()));
			await new Promise((resolve) => setImmediate(resolve));
		}
	}

	/** Seconds of traffic: every gateway that is not deaf reports each, then control passes. A pass that fails is thrown. */
	async seconds(count: number): Promise<void> {
		for (let i = 0; i < count; i++) {
			await this.report();
			await this.pass();
		}
	}

	/** One second of traffic comes in; nothing is judged yet. */
	async report(): Promise<void> {
		this.nowMs += 1_000;
		const second = Math.floor(this.nowMs / 1_000) - 1;
		for (const gateway of this.gateways) {
			if (!gateway.deaf) gateway.count(second, this.requestsPerSecond, this.failing);
		}
		await attemptEach(this.gateways, (gateway) => (gateway.deaf ? undefined : gateway.send(this.context)));
	}

	state(id: string): RolloutState {
		return this.keeper.installation.rollouts.get(id)!;
	}

	types(id: string): readonly string[] {
		return this.rows.filter((row) => row.stream === `rollout/${id}`).map((row) => row.type);
	}
}
