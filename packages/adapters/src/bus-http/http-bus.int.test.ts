import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
	createControlApp,
	Fleet,
	MemoryEvidence,
	MemoryOutcomes,
	Outcomes,
	openMemoryJournal,
	Rollouts,
	StateKeeper,
	Traffic,
} from "@headgate/control";
import type { Hello, TableLine } from "@headgate/protocol";
import { createAdaptorServer } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpBus } from "./http-bus.ts";

const TOKEN = "bus-token";
const HELLO: Hello = { gateway: "g1", boot: "b1", build: "test", clock: 0, table: { epoch: 0, revision: 0 }, pid: 1 };

let server: ReturnType<typeof createAdaptorServer>;
let fleet: Fleet;
let url: string;
let bus: HttpBus;

async function listen(on: Pick<Server, "listen" | "address">): Promise<string> {
	await new Promise<void>((resolve) => void on.listen(0, "127.0.0.1", resolve));
	return `http://127.0.0.1:${(on.address() as AddressInfo).port}`;
}

beforeEach(async () => {
	const clock = Date.now;
	const keeper = await StateKeeper.open(await openMemoryJournal(clock));
	fleet = new Fleet({ clock, stickySecret: "00ff", table: keeper.installation.table });
	const rollouts = new Rollouts({ keeper, evidence: new MemoryEvidence(), fleet, clock });
	const no = () => Promise.reject(new Error("no"));
	const uploads = { begin: no, status: no, append: no, requireWhole: no, finish: no, discard: no };
	const packages = { checkNames: [], push: no, check: no, verify: no, uploads };
	const outcomes = new Outcomes({ keeper, rollouts, store: new MemoryOutcomes(), secretHex: "00" });
	const context = { keeper, rollouts, fleet, traffic: new Traffic(clock), outcomes, packages, clock, nudge: () => {} };
	server = createAdaptorServer({ fetch: createControlApp(context, TOKEN).fetch });
	url = await listen(server as Server);
	bus = new HttpBus(url, TOKEN);
});

afterEach(async () => {
	await bus.close();
	(server as Server).closeAllConnections();
	await new Promise<void>((resolve) => void server.close(() => resolve()));
});

/** Listens until `count` lines are there; `stop` ends it from outside. */
async function lines(count: number, stop = new AbortController()): Promise<readonly TableLine[]> {
	const found: TableLine[] = [];
	const take = (line: TableLine) => {
		found.push(line);
		if (found.length === count) stop.abort();
	};
	await bus.tables("g1", "b1", take, stop.signal).catch(() => {});
	return found;
}

describe("the bus over HTTP", () => {
	it("brings hello, windows and what is applied to control, and its answers back", async () => {
		expect(await bus.hello({ ...HELLO, clock: Date.now() })).toMatchObject({ stickySecret: "00ff", table: { endpoints: {} } });
		const applied = { gateway: "g1", boot: "b1", epoch: 0, revision: 7, arms: {}, breakers: [], memoryBytes: 5 };
		await bus.applied(applied);
		expect(fleet.gateways.get("g1")).toMatchObject({ revision: 7, memoryBytes: 5 });
		expect(await bus.windows({ gateway: "g1", windows: [] })).toEqual({ acknowledged: {} });
	});

	it("brings outcomes to control, with what became of each, and refuses a flood of them before control has to", async () => {
		const one = { prediction_id: "none", label: 1 };
		const refused = [{ index: 0, code: "outcome.unknown-prediction", message: "it is no prediction's id" }];
		expect(await bus.outcomes({ outcomes: [one] })).toEqual({ accepted: 0, repeated: 0, refused });
		const calls = await Promise.allSettled(Array.from({ length: 200 }, () => bus.outcomes({ outcomes: [one] })));
		const [taken, turnedAway] = [
			calls.filter(({ status }) => status === "fulfilled"),
			calls.filter(({ status }) => status === "rejected"),
		];
		expect([taken.length, turnedAway.length]).toEqual([128, 72]);
		await expect(bus.outcomes({ outcomes: [] })).rejects.toMatchObject({ code: "bus.unreachable" });
		expect(await bus.outcomes({ outcomes: [one] })).toMatchObject({ refused });
	});

	it("streams the table first, then every change and heartbeat in order", async () => {
		await bus.hello({ ...HELLO, clock: Date.now() });
		const heard = lines(4);
		while (fleet.gateways.get("g1")?.stream == null) await new Promise((resolve) => setTimeout(resolve, 2));
		fleet.publish({ epoch: 1, revision: 3, endpoints: {} });
		fleet.heartbeat();
		fleet.publish({ epoch: 1, revision: 4, endpoints: {} });
		const revisions = (await heard).map((line) => (line.kind === "table" ? line.table.revision : `beat ${line.revision}`));
		expect(revisions).toEqual([0, 3, "beat 3", 4]);
	});

	it("tells control when its reader has gone", async () => {
		await bus.hello({ ...HELLO, clock: Date.now() });
		const stop = new AbortController();
		const heard = lines(99, stop);
		while (fleet.gateways.get("g1")?.stream == null) await new Promise((resolve) => setTimeout(resolve, 2));
		stop.abort();
		await heard;
		while (fleet.gateways.get("g1")?.stream != null) await new Promise((resolve) => setTimeout(resolve, 2));
		expect(fleet.gateways.get("g1")?.stream).toBeNull();
	});

	it("ends the stream of a gateway that has not said hello", async () => {
		expect(await lines(1)).toEqual([]);
	});

	it("says what control refused, and with which status", async () => {
		const applied = { gateway: "g9", boot: "b1", epoch: 0, revision: 7, arms: {}, breakers: [], memoryBytes: 5 };
		await expect(bus.applied(applied)).rejects.toMatchObject({
			code: "bus.unreachable",
			message: expect.stringContaining("bus.unknown-gateway"),
		});
		const stranger = new HttpBus(url, "another token");
		await expect(stranger.hello(HELLO)).rejects.toMatchObject({ message: expect.stringContaining("401") });
		await expect(stranger.tables("g1", "b1", () => {}, new AbortController().signal)).rejects.toMatchObject({
			message: expect.stringContaining("401"),
		});
		await stranger.close();
	});

	it("fails where nobody listens, and on answers that are none of control's", async () => {
		const nobody = new HttpBus("http://127.0.0.1:9", TOKEN);
		await expect(nobody.hello(HELLO)).rejects.toThrow();
		await nobody.close();
		const other = createServer((_, response) => void response.end('{"hello":"there"}\nnot json\n'));
		const wrong = new HttpBus(await listen(other), TOKEN);
		await expect(wrong.hello(HELLO)).rejects.toThrow();
		await expect(wrong.tables("g1", "b1", () => {}, new AbortController().signal)).rejects.toThrow();
		await wrong.close();
		other.closeAllConnections();
		other.close();
	});
});
