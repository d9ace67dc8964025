import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { FileNotifier, openEvidenceLog, openEvidenceReader } from "@headgate/adapters/filesystem";
import { openSqliteJournal, openSqliteJournalReader, SqliteOutcomes } from "@headgate/adapters/sqlite";
import {
	createControlApp,
	EffectPerformer,
	type EvidenceSeal,
	Fleet as GatewayFleet,
	Outcomes,
	type PackageStore,
	Rollouts,
	StateKeeper,
	SYSTEM,
	Traffic,
} from "@headgate/control";
import type { JournalEvent, JournalHead } from "@headgate/protocol";
import { GatewayInHand } from "./gateway-in-hand.ts";
import { type Death, Fate, Killed, Life } from "./mortal.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

const KEY = "hg_in_hand";
const BUS_TOKEN = "in-hand";
const SECRET = "00";
const STARTED_AT_MS = Date.UTC(2026, 0, 1);

interface Living {
	readonly life: Life;
	readonly app: ReturnType<typeof createControlApp>;
	readonly gateways: GatewayFleet;
	pass(): Promise<Answer>;
	/** Gives files and locks back, as the end of a process does. */
	bury(): Promise<void>;
}

/**
 * The real control plane over a real journal, evidence log and notices file, in this process and in virtual time, with two
 * gateways that answer as told. It dies where fate says, is opened again from disk, and carries on.
 */
export class ControlInHand {
	readonly fate: Fate;
	readonly gateways = [new GatewayInHand("g1"), new GatewayInHand("g2")];
	readonly #folder: string;
	readonly #errorRatios: Readonly<Record<string, number>>;
	#living: Living | null = null;
	#nowMs = STARTED_AT_MS;
	/** The journal's head at the end of each life. */
	readonly #heads: JournalHead[] = [];
	/** How often it was started. */
	lives = 0;

	/** @param errorRatios by version; 0 for others. */
	constructor(folder: string, errorRatios: Readonly<Record<string, number>>, deaths: readonly Death[] = []) {
		this.#folder = folder;
		this.#errorRatios = errorRatios;
		this.fate = new Fate(deaths);
	}

	/** A request to the control API. It is sent again when control died over it, as a person would; a refusal as already done is fine then. */
	async ask(method: string, route: string, body: unknown, alreadyDone?: string): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const { status, text } = await this.#alive(({ app }) => send(app, method, `/api/v1${route}`, KEY, body));
			if (status === 200 || (attempt > 1 && alreadyDone !== undefined && text.includes(alreadyDone))) return;
			if (status !== 0) throw new Error(`${method} ${route} answered ${status}: ${text}`);
		}
	}

	/** Puts packages into the journal as a push does; their content is nobody's business here. */
	async push(...versions: readonly string[]): Promise<void> {
		for (const version of versions) await this.ask("POST", "/packages", { folder: version });
	}

	/** One second of traffic, reports, judging and effects. */
	async second(): Promise<void> {
		this.#nowMs += 1_000;
		for (const gateway of this.gateways) gateway.count(Math.floor(this.#nowMs / 1_000), 200, this.#errorRatios);
		for (let turn = 0; turn < 4; turn++) {
			this.#nowMs += 10;
			await this.#deliver();
			await this.#alive((living) => living.pass());
		}
		this.#nowMs -= 40;
	}

	/** Lets seconds pass until the rollout has had an event. */
	async until(rollout: string, type: string, limit = 120): Promise<void> {
		for (let passed = 0; ; passed++) {
			const events = await this.journal();
			if (events.some((event) => event.stream === `rollout/${rollout}` && event.type === type)) return;
			if (passed === limit) throw new Error(`no ${type} within ${limit} s: ${events.map((event) => event.type).join(" ")}`);
			await this.second();
		}
	}

	async journal(): Promise<readonly JournalEvent[]> {
		const reader = await openSqliteJournalReader(path.join(this.#folder, "journal.sqlite"));
		const events: JournalEvent[] = [];
		for await (const event of reader.read()) events.push(event);
		await reader.close();
		return events;
	}

	/** What is wrong with what lies on disk: the chain, also up to the end of each life, and every seal of the evidence. */
	async damage(): Promise<readonly string[]> {
		const journal = await openSqliteJournalReader(path.join(this.#folder, "journal.sqlite"));
		const chain = await journal.verify();
		const reports = await Promise.all(this.#heads.map((head) => journal.verify(head)));
		const seals: EvidenceSeal[] = [];
		for await (const { type, data } of journal.read()) if (type === "EvidenceSealed") seals.push(data as EvidenceSeal);
		await journal.close();
		const evidence = await openEvidenceReader(path.join(this.#folder, "evidence"));
		const report = await evidence.verify("credit-risk", seals);
		await evidence.close();
		return [...[chain, ...reports].flatMap((one) => (one.ok ? [] : [one.message])), ...(report.ok ? [] : [report.message])];
	}

	async outcome(): Promise<Outcome> {
		const lines = readFileSync(this.#notices, "utf8").trim().split("\n");
		const notices = lines.map((line) => (JSON.parse(line) as { id: string }).id);
		return outcomeOf(await this.journal(), notices);
	}

	async close(): Promise<void> {
		await this.#living?.bury();
		this.#living = null;
	}

	get #notices(): string {
		return path.join(this.#folder, "notices.ndjson");
	}

	async #deliver(): Promise<void> {
		for (const gateway of this.gateways) {
			if (!gateway.applied) {
				const { status } = await this.#alive(({ app }) => send(app, "POST", "/bus/applied", BUS_TOKEN, gateway.report()));
				gateway.applied = status === 200;
			}
			const windows = gateway.unsent;
			if (windows.length === 0) continue;
			const message = { gateway: gateway.id, windows };
			const { status, text } = await this.#alive(({ app }) => send(app, "POST", "/bus/windows", BUS_TOKEN, message));
			const { acknowledged = {} } = status === 200 ? (JSON.parse(text) as { acknowledged?: Record<string, number> }) : {};
			gateway.acknowledge(acknowledged[gateway.boot] ?? -1);
		}
	}

	/** Runs with a living control. Where it dies on the way the answer is never seen: status 0. */
	async #alive(work: (living: Living) => Promise<Answer>): Promise<Answer> {
		while (this.#living === null) this.#living = await this.#start();
		const living = this.#living;
		const answer = await work(living).catch((error: unknown) => {
			if (!living.life.dead) throw error;
			return NO_ANSWER;
		});
		if (!living.life.dead) return answer;
		await living.bury();
		this.#living = null;
		return NO_ANSWER;
	}

	async #start(): Promise<Living | null> {
		this.lives++;
		const life = new Life(this.fate);
		const clock = () => this.#nowMs;
		const realJournal = await openSqliteJournal(path.join(this.#folder, "journal.sqlite"), clock);
		const realEvidence = await openEvidenceLog(path.join(this.#folder, "evidence"));
		const store = new SqliteOutcomes(path.join(this.#folder, "outcomes.sqlite"));
		const bury = async () => {
			this.#heads.push(realJournal.head());
			await realJournal.close();
			await realEvidence.close();
			store.close();
		};
		try {
			const evidence = life.evidence(realEvidence);
			const keeper = await StateKeeper.open(life.journal(realJournal));
			await prepare(keeper);
			const gateways = new GatewayFleet({ clock, stickySecret: SECRET, table: keeper.installation.table });
			const rollouts = new Rollouts({ keeper, evidence, fleet: gateways, clock });
			await rollouts.recover();
			const notifier = life.notifier(new FileNotifier(this.#notices));
			const effects = new EffectPerformer({ keeper, rollouts, fleet: gateways, packages: PACKAGES, notifier, clock });
			const outcomes = new Outcomes({ keeper, rollouts, store, secretHex: SECRET });
			await outcomes.recover();
			const shared = { keeper, rollouts, fleet: gateways, traffic: new Traffic(), outcomes };
			const context = { ...shared, packages: PACKAGES, clock, nudge: () => {} };
			const app = createControlApp(context, BUS_TOKEN);
			this.#greet(gateways, life);
			const pass = async () => {
				gateways.heartbeat();
				await keeper.exclusively(async () => {
					await rollouts.judge();
					await effects.pass();
				});
				return NO_ANSWER;
			};
			return { life, app, gateways, pass, bury };
		} catch (error) {
			await bury();
			if (error instanceof Killed) return null;
			throw error;
		}
	}

	/** Every gateway says hello and listens to the tables of this life. */
	#greet(fleet: GatewayFleet, life: Life): void {
		for (const gateway of this.gateways) {
			const { id, boot, table } = gateway;
			fleet.hello({ gateway: id, boot, build: "0.1.0", clock: this.#nowMs, table, pid: 1 });
			fleet.connect(id, boot, (line) => {
				if (!life.dead) gateway.hear(line);
			});
			fleet.applied(gateway.report());
		}
	}
}

interface Answer {
	readonly status: number;
	readonly text: string;
}

const NO_ANSWER: Answer = { status: 0, text: "" };

const no = () => Promise.reject(new Error("nothing is uploaded here"));

/** Packages by version, sound and light. */
const PACKAGES: PackageStore = {
	checkNames: [],
	push: async (version) => {
		const digest = `sha256:${createHash("sha256").update(version).digest("hex")}`;
		return { digest, name: "credit-risk", version, owner: "risk-ml", bytes: 1, report: PASSED };
	},
	check: async () => PASSED,
	verify: async () => ({ ms: 1, problem: null }),
	uploads: { begin: no, status: no, append: no, requireWhole: no, finish: no, discard: no },
};
const PASSED = { passed: true, level: "L2", ms: 1, notVerified: [], problems: [], lines: [] };

/** The first key and this life's fencing number, as the control process writes them. */
async function prepare(keeper: StateKeeper): Promise<void> {
	if (keeper.installation.keys.size === 0) {
		const data = { sha256: createHash("sha256").update(KEY).digest("hex") };
		await keeper.append("key/admin-1", [{ type: "KeyCreated", actor: SYSTEM, cause: null, data }]);
	}
	const data = { epoch: keeper.installation.epoch + 1 };
	await keeper.append("control", [{ type: "ControlStarted", actor: SYSTEM, cause: null, data }]);
}

async function send(app: Living["app"], method: string, route: string, key: string, body: unknown): Promise<Answer> {
	const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
	const answer = await app.request(route, { method, headers, body: JSON.stringify(body) });
	return { status: answer.status, text: await answer.text() };
}
