import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEvidenceReader } from "@headgate/adapters/filesystem";
import { freePorts } from "@headgate/adapters/loopback";
import { openSqliteJournal, openSqliteJournalReader } from "@headgate/adapters/sqlite";
import type { Journal } from "@headgate/control/journal";
import type { Evidence, Placed } from "@headgate/core/analysis";
import type { JournalEvent, JournalHead } from "@headgate/protocol";
import { type FleetLoad, startFleetLoad } from "./load.ts";
import { EXAMPLE } from "./places.ts";
import { UpProcess } from "./processes.ts";
import { type CommandOptions, type CommandResult, runHeadgate } from "./run-command.ts";

export interface FleetOptions {
	readonly gateways?: number;
	/** Default: a new folder, removed at the end. */
	readonly data?: string;
}

export interface FleetStatus {
	readonly epoch: number;
	readonly gateways: readonly {
		readonly id: string;
		readonly connected: boolean;
		readonly arms: Readonly<Record<string, { readonly state: string }>>;
	}[];
}

const ENDPOINT = "credit-risk";
const LOOK_MS = 25;

/** An installation under test: the real processes on free ports over a data folder of their own, spoken to as people do. */
export class Fleet {
	readonly data: string;
	readonly gatewayUrl: string;
	readonly controlPort: number;
	readonly up: UpProcess;
	readonly #temporary: boolean;
	#away: Journal | undefined;

	private constructor(parts: { data: string; temporary: boolean; up: UpProcess; controlPort: number; gatewayPort: number }) {
		this.data = parts.data;
		this.#temporary = parts.temporary;
		this.up = parts.up;
		this.controlPort = parts.controlPort;
		this.gatewayUrl = `http://127.0.0.1:${parts.gatewayPort}`;
	}

	static async start({ gateways = 2, data }: FleetOptions = {}): Promise<Fleet> {
		const folder = data ?? (await mkdtemp(path.join(tmpdir(), "headgate-fleet-")));
		const [controlPort = 0, gatewayPort = 0] = await freePorts(2);
		const ports = ["--control-port", String(controlPort), "--gateway-port", String(gatewayPort)];
		const up = await UpProcess.start(["--data", folder, "up", ...ports, "--gateways", String(gateways)]);
		return new Fleet({ data: folder, temporary: data === undefined, up, controlPort, gatewayPort });
	}

	/** Runs a command on this installation. */
	headgate(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
		return runHeadgate(["--data", this.data, ...args], options);
	}

	/** A command that has to succeed; its JSON. */
	async ask<T>(...args: readonly string[]): Promise<T> {
		const { exit, stdout, stderr } = await this.headgate(["--json", ...args]);
		if (exit !== 0) throw new Error(`headgate ${args.join(" ")} ended with exit ${exit}: ${stdout}${stderr}`);
		return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
	}

	/** Pushes versions of the credit model. */
	async push(...versions: readonly string[]): Promise<void> {
		for (const version of versions) await this.ask("push", path.join(EXAMPLE, `packages/credit-risk-${version}`));
	}

	/** Applies the example's endpoint with this plan. */
	async apply(plan: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Promise<void> {
		await this.ask("endpoint", "apply", this.write("endpoint.yaml", endpointWith(plan, more)));
	}

	/** Starts a rollout and returns its id. A plan is for this rollout only. */
	async deploy(version: string, ...options: readonly string[]): Promise<string> {
		return (await this.ask<{ id: string }>("deploy", ENDPOINT, version, ...options)).id;
	}

	/** Writes a file beside the data and returns its path. */
	write(name: string, text: string): string {
		const file = path.join(this.data, `given-${name}`);
		writeFileSync(file, text);
		return file;
	}

	async journal(): Promise<readonly JournalEvent[]> {
		const reader = await openSqliteJournalReader(path.join(this.data, "journal.sqlite"));
		const events: JournalEvent[] = [];
		for await (const event of reader.read()) events.push(event);
		await reader.close();
		return events;
	}

	async rolloutEvents(id: string): Promise<readonly JournalEvent[]> {
		return (await this.journal()).filter((event) => event.stream === `rollout/${id}`);
	}

	async head(): Promise<JournalHead> {
		const reader = await openSqliteJournalReader(path.join(this.data, "journal.sqlite"));
		const head = reader.head();
		await reader.close();
		return head;
	}

	/** Walks the chain, with every head noted before. */
	async verifies(heads: readonly JournalHead[]): Promise<boolean> {
		const reader = await openSqliteJournalReader(path.join(this.data, "journal.sqlite"));
		let ok = (await reader.verify()).ok;
		for (const head of heads) ok &&= (await reader.verify(head)).ok;
		await reader.close();
		return ok;
	}

	async evidence(): Promise<readonly Placed<Evidence>[]> {
		const reader = await openEvidenceReader(path.join(this.data, "evidence"));
		const records: Placed<Evidence>[] = [];
		for await (const record of reader.read(ENDPOINT)) records.push(record as unknown as Placed<Evidence>);
		await reader.close();
		return records;
	}

	/** Ids of the notices that people were sent, in order. */
	notices(): readonly string[] {
		const lines = readFileSync(path.join(this.data, "notices.ndjson"), "utf8").trim().split("\n");
		return lines.map((line) => (JSON.parse(line) as { id: string }).id);
	}

	/** Resolves when the rollout has an event of this type. Throws after the limit with what happened instead. */
	async happens(rollout: string, type: string, withinMs = 150_000): Promise<JournalEvent> {
		const endMs = Date.now() + withinMs;
		for (;;) {
			const events = await this.rolloutEvents(rollout);
			const found = events.find((event) => event.type === type);
			if (found !== undefined) return found;
			// A person who is asked does not answer here.
			const stuck = Date.now() > endMs || events.at(-1)?.type === "RolloutAsked" || events.at(-1)?.type === "RolloutRefused";
			if (stuck) throw new Error(`${rollout}: no ${type} within ${withinMs} ms: ${tale(events)}\n${this.up.news.join("\n")}`);
			await sleep(LOOK_MS * 4);
		}
	}

	/** What the control API says; null while control is away. */
	async status(): Promise<FleetStatus | null> {
		const key = readFileSync(path.join(this.data, "admin.key"), "utf8").trim();
		const url = `http://127.0.0.1:${this.controlPort}/api/v1/status`;
		const signal = AbortSignal.timeout(2_000);
		const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` }, signal }).catch(() => null);
		return answer?.ok === true ? ((await answer.json()) as FleetStatus) : null;
	}

	/** Resolves when control answers. */
	async answers(withinMs = 60_000): Promise<void> {
		for (const endMs = Date.now() + withinMs; (await this.status()) === null; await sleep(LOOK_MS)) {
			if (Date.now() > endMs) throw new Error(`control does not answer: ${this.up.news.join("\n")}`);
		}
	}

	/** Resolves when this many gateways are connected and every arm of theirs is ready. */
	async whole(gateways = 2, withinMs = 30_000): Promise<void> {
		for (const endMs = Date.now() + withinMs; ; await sleep(LOOK_MS * 4)) {
			const status = await this.status();
			const ready = status?.gateways.filter(({ connected, arms }) => {
				return connected && Object.keys(arms).length > 0 && Object.values(arms).every(({ state }) => state === "ready");
			});
			if ((ready?.length ?? 0) >= gateways) return;
			if (Date.now() > endMs) throw new Error(`not whole within ${withinMs} ms: ${JSON.stringify(status)}`);
		}
	}

	load({ requestsPerSecond }: { readonly requestsPerSecond: number }): FleetLoad {
		return startFleetLoad(this.gatewayUrl, ENDPOINT, requestsPerSecond);
	}

	killControl(): boolean {
		return this.up.signal("control", "SIGKILL");
	}

	/** Control hangs; whoever supervises it notices. */
	pauseControl(): boolean {
		return this.up.signal("control", "SIGSTOP");
	}

	killGateway(id: string): boolean {
		return this.up.signal(id, "SIGKILL");
	}

	/** Kills control and holds its journal, so that it cannot come back until `letControlBack`. */
	async keepControlAway(): Promise<void> {
		while (this.#away === undefined) {
			this.killControl();
			await sleep(10);
			this.#away = await openSqliteJournal(path.join(this.data, "journal.sqlite"), Date.now).catch(() => undefined);
		}
	}

	async letControlBack(): Promise<void> {
		await this.#away?.close();
		this.#away = undefined;
	}

	/** Stops every process; the data stays until `remove`. */
	async stop(): Promise<number> {
		await this.letControlBack();
		return this.up.stop();
	}

	remove(): void {
		if (this.#temporary) rmSync(this.data, { recursive: true, force: true });
	}
}

/** endpoint.yaml of the example with another plan; JSON is YAML. */
export function endpointWith(plan: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): string {
	return JSON.stringify({
		endpoint: ENDPOINT,
		model: ENDPOINT,
		owner: { team: "risk-ml", contact: "risk-ml@example.com" },
		plan,
		objectives: { latency_p99: "250ms", error_rate: "1%" },
		// The packages of the example grow older than any policy.
		checks: { evaluation_age: "3650d" },
		timeout: "2s",
		output_limits: { score: [0, 1] },
		sticky: ["header:x-user-id"],
		keep_warm: "72h",
		...more,
	});
}

function tale(events: readonly JournalEvent[]): string {
	const last = events.findLast((event) => event.type === "GateJudged" || event.type === "RolloutAsked");
	return `${events.map((event) => event.type).join(" ")} ${last === undefined ? "" : JSON.stringify(last.data)}`;
}
