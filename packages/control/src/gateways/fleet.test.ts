import type { RouteTable } from "@headgate/core/routing";
import type { TableLine } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { Fleet, LEASE_MS } from "./fleet.ts";

const READY = { state: "ready" } as const;

class Scene {
	nowMs = 1_000_000;
	readonly fleet = new Fleet({ clock: () => this.nowMs, stickySecret: "00", table: tableOf(5) });

	hello(gateway: string, { boot = "b1", skewMs = 0, revision = 5 } = {}): void {
		const table = { epoch: 1, revision };
		this.fleet.hello({ gateway, boot, build: "test", clock: this.nowMs - skewMs, table, pid: 1 });
	}

	/** Says hello, listens, and answers the tables it gets at once. */
	join(gateway: string): readonly TableLine[] {
		this.hello(gateway);
		const lines: TableLine[] = [];
		this.fleet.connect(gateway, "b1", (line) => {
			lines.push(line);
			if (line.kind === "table") this.apply(gateway, line.table.revision);
		});
		return lines;
	}

	apply(gateway: string, revision: number, arms: Parameters<Fleet["applied"]>[0]["arms"] = {}, boot = "b1"): boolean {
		return this.fleet.applied({ gateway, boot, epoch: 1, revision, arms, breakers: [], memoryBytes: 1 });
	}

	/** Seconds that pass with a heartbeat in each. */
	beat(seconds: number): void {
		for (let i = 0; i < seconds; i++) {
			this.nowMs += 1_000;
			this.fleet.heartbeat();
		}
	}
}

function tableOf(revision: number): RouteTable {
	return { epoch: 1, revision, endpoints: {} };
}

describe("the lease of a gateway", () => {
	it("is renewed by every heartbeat while it listens, and runs out 15 s after the last", () => {
		const scene = new Scene();
		const [first] = [scene.join("g1")];
		scene.beat(60);
		expect(scene.fleet.leased().map(({ id }) => id)).toEqual(["g1"]);
		expect(first.at(-1)).toMatchObject({ kind: "heartbeat", trialUntil: scene.nowMs + LEASE_MS });
		scene.nowMs += LEASE_MS;
		expect(scene.fleet.leased()).toEqual([]);
	});

	it("runs out for a gateway that hangs with its connection open once the table has changed", () => {
		const scene = new Scene();
		scene.join("g1");
		scene.hello("hangs");
		scene.fleet.connect("hangs", "b1", () => {});
		scene.fleet.publish(tableOf(6));
		expect(scene.fleet.acknowledged(6)).toMatchObject({ done: false, waitingFor: ["hangs"] });
		scene.beat(15);
		expect(scene.fleet.acknowledged(6)).toMatchObject({ done: true, leaseExpired: ["hangs"], gateways: [{ gateway: "g1" }] });
		expect(scene.fleet.leased().map(({ id }) => id)).toEqual(["g1"]);
		scene.apply("hangs", 6);
		scene.beat(1);
		expect(scene.fleet.leased().map(({ id }) => id)).toEqual(["g1", "hangs"]);
	});

	it("of a table is not prolonged by the tables after it", () => {
		const scene = new Scene();
		scene.join("g1");
		scene.hello("hangs");
		scene.fleet.connect("hangs", "b1", () => {});
		for (let revision = 6; revision < 26; revision++) {
			scene.fleet.publish(tableOf(revision));
			scene.beat(1);
		}
		expect(scene.fleet.acknowledged(6)).toMatchObject({ done: true, leaseExpired: ["hangs"] });
		expect(scene.fleet.acknowledged(25)).toMatchObject({ done: false, waitingFor: ["hangs"] });
	});

	it("ends with the connection, though the next hello came before the old connection was seen to be gone", () => {
		const scene = new Scene();
		scene.hello("g1");
		const disconnect = scene.fleet.connect("g1", "b1", () => {});
		scene.hello("g1");
		disconnect!();
		expect(scene.fleet.gateways.get("g1")?.stream).toBeNull();
		scene.beat(20);
		expect(scene.fleet.leased()).toEqual([]);
	});

	it("is nobody's without a gateway, once every lease of before must be over", () => {
		const scene = new Scene();
		expect(scene.fleet.acknowledged(5).done).toBe(false);
		scene.beat(16);
		expect(scene.fleet.acknowledged(5)).toMatchObject({ done: true, gateways: [], leaseExpired: [] });
	});

	it("of an earlier control process is waited for until its gateway says hello, or it must have run out", () => {
		const scene = new Scene();
		scene.join("g1");
		expect(scene.fleet.acknowledged(5, ["g1", "g2"])).toMatchObject({ done: false, waitingFor: ["g2"] });
		scene.beat(14);
		expect(scene.fleet.acknowledged(5, ["g1", "g2"]).done).toBe(false);
		scene.beat(1);
		expect(scene.fleet.acknowledged(5, ["g1", "g2"])).toMatchObject({ done: true, leaseExpired: ["g2"] });
	});

	it("that ended a quarter of an hour ago is forgotten with its gateway, which then has to say hello", () => {
		const scene = new Scene();
		scene.hello("gone");
		scene.beat(15 * 60 + 16);
		expect([...scene.fleet.gateways.keys()]).toEqual([]);
		expect(scene.apply("gone", 5)).toBe(false);
	});
});

describe("the fleet", () => {
	it("knows a gateway by its life: what an earlier one says is not taken, and it gets no table", () => {
		const scene = new Scene();
		scene.hello("g1", { boot: "b1" });
		scene.hello("g1", { boot: "b2" });
		expect(scene.apply("g1", 9, {}, "b1")).toBe(false);
		expect(scene.fleet.connect("g1", "b1", () => {})).toBeNull();
		expect(scene.apply("g1", 9, {}, "b2")).toBe(true);
	});

	it("publishes a table once, and to nobody when it has not changed", () => {
		const scene = new Scene();
		const lines = scene.join("g1");
		scene.fleet.publish(tableOf(5));
		scene.fleet.publish(tableOf(6));
		scene.fleet.publish(tableOf(6));
		expect(lines.map((line) => (line.kind === "table" ? line.table.revision : "beat"))).toEqual([5, 6]);
	});

	it("has acknowledged nothing while no gateway is there", () => {
		expect(new Scene().fleet.acknowledged(1).done).toBe(false);
	});

	it("calls an arm ready when it is ready on every gateway with a lease", () => {
		const scene = new Scene();
		scene.join("g1");
		scene.join("g2");
		scene.apply("g1", 5, { a: READY, b: READY });
		scene.apply("g2", 5, { a: READY, b: { state: "warming" } });
		expect(scene.fleet.readyArms()).toEqual(["a"]);
		scene.apply("g2", 5, { b: { state: "failed", reason: "no such file" } });
		expect(scene.fleet.readyArms()).toEqual([]);
		expect(scene.fleet.failedArm("b", 5)).toEqual({ gateway: "g2", reason: "no such file" });
		expect(scene.fleet.failedArm("a", 5)).toBeNull();
		// What failed under an earlier table is tried again under this one.
		expect(scene.fleet.failedArm("b", 6)).toBeNull();
	});

	it("warns of a clock that is 600 ms off and leaves out one that is 3 s off, either way", () => {
		const scene = new Scene();
		scene.hello("fine", { skewMs: 400 });
		scene.hello("slow", { skewMs: 600 });
		scene.hello("wrong", { skewMs: -3_000 });
		expect(scene.fleet.skewWarnings()).toEqual(["slow", "wrong"]);
		expect(scene.fleet.excluded()).toEqual(["wrong"]);
	});
});
