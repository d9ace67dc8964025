import { randomUUID } from "node:crypto";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ArmSpec, armRoute, digestOf, echo, echoWith, Rig, until } from "./testing/rig.ts";

const champion: ArmSpec = { version: "1.0.0", role: "champion", weight: 50 };
const challenger: ArmSpec = { version: "1.1.0", role: "challenger", weight: 50 };

describe("a gateway with a version on trial", () => {
	let rig: Rig;
	afterEach(() => rig.end());
	async function begin(challengerFiles = echo, arms: readonly ArmSpec[] = [champion, challenger]): Promise<void> {
		rig = await Rig.make({ "1.0.0": echo, "1.1.0": challengerFiles });
		await rig.start();
		await rig.route(arms);
	}
	/** Sends one request for each of `count` users and tells which version answered each, or its status. */
	async function ask(count: number, x: number | null = 1): Promise<string[]> {
		const answers = Array.from({ length: count }, async (_, user) => {
			const answer = await rig.predict([{ x, id: user }], { "x-user-id": `user-${user}` });
			await answer.arrayBuffer();
			return answer.ok ? answer.headers.get("headgate-version")! : String(answer.status);
		});
		return Promise.all(answers);
	}
	const seen = (version: string, answers: readonly string[]) => answers.filter((answer) => answer === version).length;
	async function direct(command: string): Promise<unknown> {
		const socket = connect(join(rig.stateDir, "direct.sock"));
		socket.write(`${command}\n`);
		let text = "";
		for await (const chunk of socket) text += chunk;
		return JSON.parse(text);
	}

	it("keeps each user with one version, and raising the weight only moves users to the challenger", async () => {
		await begin();
		const first = await ask(60);
		expect(await ask(60)).toEqual(first);
		expect(seen("1.1.0", first)).toBeGreaterThan(10);
		await rig.route([
			{ ...champion, weight: 20 },
			{ ...challenger, weight: 80 },
		]);
		const second = await ask(60);
		expect(seen("1.1.0", second)).toBeGreaterThan(seen("1.1.0", first));
		for (const [user, version] of first.entries()) if (version === "1.1.0") expect(second[user]).toBe("1.1.0");
	});

	it("marks answers without a sticky key as random, and refuses a key of over 255 characters", async () => {
		await begin();
		const anonymous = await rig.predict([{ x: 1, id: 1 }]);
		expect(anonymous.headers.get("headgate-sticky")).toBe("random");
		expect((await rig.predict([{ x: 1, id: 1 }], { "x-user-id": "u" })).headers.get("headgate-sticky")).toBeNull();
		const long = await rig.predict([{ x: 1, id: 1 }], { "x-user-id": "u".repeat(256) });
		expect([long.status, long.headers.get("headgate-error")]).toEqual([400, "gateway.sticky-key"]);
	});

	it("counts every request exactly once, in windows of consecutive seconds", async () => {
		await begin(echoWith("if (instances[0].id % 2) throw new Error('odd')"));
		let sent = 0;
		let failures = 0;
		for (let round = 0; round < 8; round++) {
			const answers = await ask(25);
			sent += answers.length;
			failures += seen("500", answers);
			await rig.predict([{ x: "no", id: 1 }]);
			await new Promise((resolve) => setTimeout(resolve, 150));
		}
		await until(() => rig.totals().n === sent);
		expect(rig.totals()).toMatchObject({ n: sent, runtime: failures, output: 0, timeout: 0, invalid: 8 });
		expect(rig.totals("1.0.0").runtime).toBe(0);
		const seconds = rig.bus.windowsSeen.map((window) => window.second);
		const all = new Set(seconds);
		expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
		for (let second = Math.min(...all); second <= Math.max(...all); second++) expect(all).toContain(second);
		expect(rig.bus.windowsSeen.map((window) => window.sequence)).toEqual(rig.bus.windowsSeen.map((_, i) => i));
	});

	it("reports every second it is alive, also without requests", async () => {
		await begin();
		const before = rig.bus.windowsSeen.length;
		await until(() => rig.bus.windowsSeen.length >= before + 2);
		const key = armRoute(challenger).key;
		expect(rig.bus.windowsSeen.at(-1)!.arms[key]).toMatchObject({ role: "challenger", n: 0, over: [0, 0], latency: [] });
	});

	it("charges the challenger for NaN answers and for inputs that only it refuses", async () => {
		const strict = {
			...echo.inputSchema,
			properties: { ...(echo.inputSchema as { properties: object }).properties, x: { type: "number", maximum: 10 } },
		};
		await begin({ ...echo, inputSchema: strict }, [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		const refused = await rig.predict([{ x: 50, id: 1 }], { "x-user-id": "a" });
		expect([refused.status, refused.headers.get("headgate-error")]).toEqual([500, "gateway.model-failed"]);
		expect(refused.headers.get("headgate-arm")).toBe("challenger");
		await until(() => rig.totals("1.1.0").n === 1);
		expect(rig.totals("1.1.0")).toMatchObject({ runtime: 1, invalid: 0 });
	});

	it("answers 504 when a version hangs, and counts it as timed out and over every threshold it outlived", async () => {
		const arms = [
			{ ...champion, weight: 0, timeoutMs: 250 },
			{ ...challenger, weight: 100, timeoutMs: 250 },
		];
		await begin(echoWith("if (instances[0].id === 666) await new Promise(() => {})"), arms);
		const hung = await rig.predict([{ x: 1, id: 666 }], { "x-user-id": "a" });
		expect([hung.status, hung.headers.get("headgate-error")]).toEqual([504, "gateway.timeout"]);
		await until(() => rig.totals("1.1.0").n === 1);
		expect(rig.totals("1.1.0")).toMatchObject({ timeout: 1, over: [1, 1] });
	});

	it("counts callers that leave apart, but a version that hangs on them stays visible", async () => {
		const slow = echoWith("await new Promise((r) => setTimeout(r, instances[0].id === 666 ? 60_000 : 200))");
		const arms = [
			{ ...champion, weight: 0, timeoutMs: 600 },
			{ ...challenger, weight: 100, timeoutMs: 600 },
		];
		await begin({ ...slow, examples: [] }, arms);
		const leave = (id: number) =>
			fetch(`${rig.url}/v1/models/echo:predict`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ instances: [{ x: 1, id }] }),
				signal: AbortSignal.timeout(100),
			}).catch((error: Error) => error.name);
		expect(await leave(1)).toBe("TimeoutError");
		expect(await leave(666)).toBe("TimeoutError");
		await until(() => rig.totals().clientGone === 1 && rig.totals().timeout === 1);
		expect(rig.totals("1.1.0").n).toBe(1);
	});

	it("sends trial traffic home after 20 failures in a row, says so, and lets it try again under a new table", async () => {
		await begin(echoWith("if (instances[0].id !== 1) throw new Error('crash')"), [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		for (let i = 0; i < 20; i++) expect((await rig.predict([{ x: 1, id: 2 }], { "x-user-id": "a" })).status).toBe(500);
		const after = await rig.predict([{ x: 1, id: 2 }], { "x-user-id": "a" });
		expect([after.status, after.headers.get("headgate-version")]).toEqual([200, "1.0.0"]);
		await until(() => rig.bus.applications.at(-1)!.breakers.includes(armRoute(challenger).key));
		await rig.route([
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect((await rig.predict([{ x: 1, id: 2 }], { "x-user-id": "a" })).status).toBe(500);
		expect(rig.bus.applications.at(-1)!.breakers).toEqual([]);
	});

	it("gives trial traffic back to the champion when control is away longer than the lease, without a failed request", async () => {
		rig = await Rig.make({ "1.0.0": echo, "1.1.0": echo });
		rig.bus.leaseMs = 600;
		await rig.start();
		await rig.route([
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect(await ask(5)).toEqual(new Array(5).fill("1.1.0"));
		rig.bus.goDown();
		await until(async () => (await ask(1))[0] === "1.0.0");
		expect(await ask(5)).toEqual(new Array(5).fill("1.0.0"));
		rig.bus.comeUp();
		await until(async () => (await ask(1))[0] === "1.1.0");
	});

	it("gives it back in time also when control's clock was set back while it was away", async () => {
		rig = await Rig.make({ "1.0.0": echo, "1.1.0": echo });
		rig.bus.leaseMs = 600;
		rig.bus.now = () => Date.now() + 3_600_000;
		await rig.start();
		await rig.route([
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect(await ask(1)).toEqual(["1.1.0"]);
		const { length } = rig.bus.hellos;
		rig.bus.goDown();
		rig.bus.now = Date.now;
		rig.bus.comeUp();
		await until(() => rig.bus.hellos.length > length);
		await until(async () => (await ask(1))[0] === "1.1.0");
		rig.bus.goDown();
		await until(async () => (await ask(1))[0] === "1.0.0");
	});

	it("loses no evidence while control is away, and hands the backlog over in order", async () => {
		await begin();
		await ask(10);
		rig.bus.goDown();
		for (let i = 0; i < 3; i++) {
			await ask(10);
			await new Promise((resolve) => setTimeout(resolve, 700));
		}
		rig.bus.comeUp();
		await until(() => rig.totals().n === 40);
		const sequences = rig.bus.windowsSeen.map((window) => window.sequence);
		expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
	});

	it("serves its last table after a restart while control is away, with trial traffic at the champion, and keeps its windows", async () => {
		await begin(echo, [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		await ask(7);
		rig.bus.goDown();
		await rig.stop();
		const files = await readdir(join(rig.stateDir, "windows"));
		expect(files).toHaveLength(1);
		await appendFile(join(rig.stateDir, "windows", files[0]!), '{"v":1,"gateway":"g1","bo');
		await rig.start();
		await until(async () => (await fetch(`${rig.url}/v2/health/ready`)).ok);
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
		rig.bus.comeUp();
		await until(() => rig.totals().n === 10);
		expect(rig.totals("1.1.0").n).toBe(7);
		expect(new Set(rig.bus.windowsSeen.map((window) => window.boot)).size).toBe(2);
		await until(async () => !(await readdir(join(rig.stateDir, "windows"))).includes(files[0]!));
	});

	it("listens after a restart only once the versions of its table can answer, so that it takes no request from those that can", async () => {
		await begin(echo, [{ ...champion, weight: 100 }]);
		await rig.stop();
		await rig.start();
		expect((await fetch(`${rig.url}/v2/health/ready`)).status).toBe(200);
	});

	it("waits for control when the saved table cannot be read, and says that it is not ready", async () => {
		rig = await Rig.make({ "1.0.0": echo });
		await rig.start();
		expect((await fetch(`${rig.url}/v2/health/ready`)).status).toBe(200);
		await rig.route([{ ...champion, weight: 100 }]);
		await until(async () => (await readFile(join(rig.stateDir, "table.json"), "utf8")).includes(digestOf("1.0.0")));
		await rig.stop();
		await writeFile(join(rig.stateDir, "table.json"), '{"table": {');
		rig.bus.goDown();
		await rig.start();
		const answer = await fetch(`${rig.url}/v2/health/ready`);
		expect([answer.status, await answer.json()]).toEqual([503, { ready: false }]);
		expect(rig.logs.some((line) => line.message.includes("cannot be read"))).toBe(true);
	});

	it("never takes an older table, whatever order they come in", async () => {
		await begin(echo, [{ ...champion, weight: 100 }]);
		const older = { ...rig.table([{ ...challenger, role: "champion", trial: false, weight: 100 }]), revision: 0 };
		rig.bus.setTable(older);
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(await ask(2)).toEqual(["1.0.0", "1.0.0"]);
	});

	it("reports an arm whose examples do not come out as failed, with the example, and gives it no traffic", async () => {
		const wrong = { ...echo, examples: [{ input: { x: 2, id: 1 }, output: { score: 3 } }] };
		await begin(wrong, [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect(rig.bus.applications.at(-1)!.arms[armRoute(challenger).key]).toEqual({
			state: "failed",
			reason: "runtime.example-mismatch: example 0: score is 2, expected 3",
		});
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
		await until(() => rig.totals("1.0.0").n === 3);
		for (const window of rig.bus.windowsSeen) expect(Object.keys(window.arms)).not.toContain(armRoute(challenger).key);
	});

	it("lets the old champion answer until a new one is ready, and unloads it then", async () => {
		const slow = echoWith("await new Promise((r) => setTimeout(r, 300))");
		rig = await Rig.make({ "1.0.0": echo, "1.1.0": slow });
		await rig.start();
		await rig.route([{ ...champion, weight: 100 }]);
		const next = rig.table([{ version: "1.1.0", role: "champion", weight: 100 }]);
		rig.bus.setTable(next);
		const answer = await rig.predict([{ x: 1, id: 1 }]);
		expect([answer.headers.get("headgate-version"), answer.headers.get("headgate-arm")]).toEqual(["1.0.0", "previous"]);
		await rig.settled(next);
		expect((await rig.predict([{ x: 1, id: 1 }])).headers.get("headgate-version")).toBe("1.1.0");
		await until(() => Object.keys(rig.bus.applications.at(-1)!.arms).length === 1);
	});

	it("rolls a trial back over its socket without control, keeps that until control has made it its own", async () => {
		await begin(echo, [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect(await direct('{"rollback":"echo"}')).toEqual({ endpoint: "echo", from: "1.1.0", to: "1.0.0" });
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
		await until(() => rig.bus.applications.at(-1)!.overrides?.[0]?.to === armRoute(champion).key);
		await rig.stop();
		await rig.start();
		await until(async () => (await ask(1))[0] === "1.0.0");
		await until(() => rig.bus.applications.at(-1)!.arms[armRoute(challenger).key]?.state === "ready");
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
		const trial: ArmSpec[] = [
			{ ...champion, weight: 50 },
			{ ...challenger, weight: 50 },
		];
		await rig.route(trial);
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
		await rig.route([{ ...champion, weight: 100 }]);
		expect(rig.bus.applications.at(-1)!.overrides).toEqual([]);
		await rig.route([
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
		]);
		expect(await ask(1)).toEqual(["1.1.0"]);
	});

	it("leads to the same version however often it is asked to roll back without control", async () => {
		const arms: ArmSpec[] = [
			{ ...champion, weight: 0 },
			{ ...challenger, weight: 100 },
			{ version: "0.9.0", role: "previous", weight: 0 },
		];
		rig = await Rig.make({ "0.9.0": echo, "1.0.0": echo, "1.1.0": echo });
		await rig.start();
		await rig.route(arms);
		for (let i = 0; i < 2; i++) expect(await direct('{"rollback":"echo"}')).toMatchObject({ from: "1.1.0", to: "1.0.0" });
		expect(await ask(3)).toEqual(["1.0.0", "1.0.0", "1.0.0"]);
	});

	it("says so when a version that is kept warm no longer answers its examples", async () => {
		const flag = join(tmpdir(), `hg-${randomUUID()}`);
		const forgetful = echoWith(
			`if ((await import("node:fs")).existsSync("${flag}")) instances = instances.map((i) => ({ ...i, x: 9 }))`,
		);
		rig = await Rig.make({ "1.0.0": forgetful, "1.1.0": echo }, { recheckMs: 20 });
		await rig.start();
		await rig.route([
			{ version: "1.1.0", role: "champion", weight: 100 },
			{ version: "1.0.0", role: "previous", weight: 0 },
		]);
		await writeFile(flag, "");
		await until(() => rig.bus.applications.at(-1)!.arms[armRoute(champion).key]?.state === "failed");
		await rm(flag);
		const status = rig.bus.applications.at(-1)!.arms[armRoute(champion).key];
		expect(status).toMatchObject({ state: "failed", reason: expect.stringContaining("kept warm, and no longer answers") });
		expect(await ask(3)).toEqual(["1.1.0", "1.1.0", "1.1.0"]);
	});

	it("swaps a promoted version for the warm previous one over its socket, and says no where there is none", async () => {
		const promoted: ArmSpec = { version: "1.1.0", role: "champion", weight: 100 };
		await begin(echo, [promoted, { version: "1.0.0", role: "previous", weight: 0 }]);
		expect(await direct('{"rollback":"echo"}')).toEqual({ endpoint: "echo", from: "1.1.0", to: "1.0.0" });
		const answer = await rig.predict([{ x: 1, id: 1 }]);
		expect([answer.headers.get("headgate-version"), answer.headers.get("headgate-arm")]).toEqual(["1.0.0", "previous"]);
		await rig.route([promoted]);
		expect(await direct('{"rollback":"echo"}')).toMatchObject({ error: { code: "gateway.nothing-to-roll-back" } });
		expect(await direct('{"rollback":"nobody"}')).toMatchObject({ error: { code: "gateway.unknown-endpoint" } });
		expect(await direct("hello")).toMatchObject({ error: { code: "gateway.direct-command" } });
	});

	it("does not count pinned requests as evidence", async () => {
		await begin();
		const body = JSON.stringify({
			inputs: [
				{ name: "x", shape: [1], datatype: "FP64", data: [1] },
				{ name: "id", shape: [1], datatype: "INT64", data: [1] },
			],
		});
		const pinned = await rig.post("/v2/models/echo/versions/1.1.0/infer", body);
		expect(pinned.headers.get("headgate-version")).toBe("1.1.0");
		await ask(1);
		await until(() => rig.totals().n > 0);
		expect(rig.totals().n).toBe(1);
	});

	it("cannot start on a port that is taken, and says so", async () => {
		await begin();
		const second = await Rig.make({}, { listen: { port: rig.port } });
		await expect(second.start()).rejects.toMatchObject({
			code: "gateway.port",
			message: expect.stringContaining(`127.0.0.1:${rig.port} is in use`),
		});
		await second.end();
	});
});
