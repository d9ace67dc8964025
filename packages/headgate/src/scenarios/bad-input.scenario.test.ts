import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "@headgate/adapters/loopback";
import { type CommandResult, EXAMPLE, endpointWith, Fleet, runHeadgate } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let fleet: Fleet;
const folder = mkdtempSync(path.join(tmpdir(), "headgate-bad-"));
const given = (name: string, text: string) => {
	writeFileSync(path.join(folder, name), text);
	return path.join(folder, name);
};
const CANARY = { canary: { weight: "10%", hold: "60s", gates: ["error_rate <= 1%"] } };

beforeAll(async () => {
	fleet = await Fleet.start({ gateways: 1 });
	await fleet.push("1.0.0", "1.1.0");
	await fleet.apply([{ validate: null }, CANARY, { promote: null }]);
}, 60_000);

afterAll(async () => {
	await fleet.stop();
	fleet.remove();
	rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** One line that says what, one that says what to do, the exit code; never a stack. */
function complains({ exit, stdout, stderr }: CommandResult, code: 1 | 2 | 3, what: RegExp): void {
	expect({ exit, stdout }).toEqual({ exit: code, stdout: "" });
	expect(stderr).toMatch(what);
	expect(stderr).toMatch(/^error: [^\n]+\n {2}\S[^\n]+\n$/);
	expect(stderr).not.toMatch(/\n\s+at |node:internal/);
}

/** The same with --json: one document on stdout, nothing else. */
function complainsInJson({ exit, stdout, stderr }: CommandResult, exitCode: 1 | 2 | 3, code: string): void {
	expect({ exit, stderr, lines: stdout.trim().split("\n").length }).toEqual({ exit: exitCode, stderr: "", lines: 1 });
	const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
	expect(error.code).toBe(code);
	expect(error.message).not.toBe("");
	expect(error.hint).not.toBe("");
	expect(stdout).not.toMatch(/\bat .*\.ts:/);
}

describe("what a user can get wrong, on an installation that runs", () => {
	const cases: readonly [title: string, args: () => readonly string[], exit: 1 | 2 | 3, code: string, what: RegExp][] = [
		[
			"YAML that is none",
			() => ["endpoint", "apply", given("a.yaml", "endpoint: credit-risk\n  model: [credit")],
			2,
			"endpoint.unreadable",
			/line \d/,
		],
		["a file that is not there", () => ["endpoint", "apply", "nowhere.yaml"], 2, "endpoint.unreadable", /nowhere\.yaml/],
		[
			"a weight of 120 %",
			() => ["endpoint", "apply", given("b.yaml", endpointWith([{ canary: { weight: "120%", hold: "9s" } }, { promote: null }]))],
			2,
			"plan.out-of-range",
			/120/,
		],
		[
			"a gate with a banana in it",
			() => [
				"endpoint",
				"apply",
				given(
					"c.yaml",
					endpointWith([
						{ canary: { weight: "10%", hold: "9s", gates: ["latency_p95 <= champion + banana"] } },
						{ promote: null },
					]),
				),
			],
			2,
			"plan.gate-syntax",
			/banana/,
		],
		["an endpoint that does not exist", () => ["deploy", "credit-rsk", "1.0.0"], 2, "endpoint.unknown", /credit-rsk/],
		["a version that was never pushed", () => ["deploy", "credit-risk", "9.9.9"], 2, "package.unknown", /9\.9\.9/],
		["a plan that is none", () => ["deploy", "credit-risk", "1.0.0", "--plan", "canaries"], 2, "plan.unknown-plan", /canaries/],
		["a folder that is not there", () => ["push", "nowhere"], 2, "package.not-found", /nowhere/],
		["a rollout that does not exist", () => ["rollout", "show", "credit-risk-99"], 2, "rollout.unknown", /credit-risk-99/],
		["a flag that does not exist", () => ["deploy", "credit-risk", "1.0.0", "--wiat"], 2, "command.invalid", /--wiat/],
		["a command that does not exist", () => ["deplay"], 2, "command.invalid", /deplay/],
		["a missing argument", () => ["deploy", "credit-risk"], 2, "command.invalid", /version[\s\S]*See `headgate deploy --help`/],
		["a head that is none", () => ["audit", "verify", "--head", "banana"], 2, "journal.head-invalid", /banana/],
	];

	for (const [title, args, exit, code, what] of cases) {
		it(`is told in a line with a hint: ${title}`, async () => {
			const written = args();
			const before = await fleet.head();
			const [plain, json] = await Promise.all([fleet.headgate(written), fleet.headgate(["--json", ...written])]);
			complains(plain, exit, what);
			complainsInJson(json, exit, code);
			expect(await fleet.head()).toEqual(before);
		});
	}

	it("accepts one of two deploys made at once, and names the rollout to the other", async () => {
		await fleet.happens(await fleet.deploy("1.0.0"), "Promoted");
		const both = await Promise.all([1, 2].map(() => fleet.headgate(["--json", "deploy", "credit-risk", "1.1.0"])));
		const [accepted, refused] = both.toSorted((a, b) => a.exit - b.exit) as [CommandResult, CommandResult];
		expect(accepted.exit).toBe(0);
		const { id } = JSON.parse(accepted.stdout) as { id: string };
		expect(refused.exit).not.toBe(0);
		const { error } = JSON.parse(refused.stdout) as { error: { code: string; message: string; hint: string } };
		expect(error).toMatchObject({ code: "deploy.rollout-in-progress", message: expect.stringContaining(id) });
		expect(error.hint).toContain("headgate rollback credit-risk");
		const started = (await fleet.journal()).filter((event) => event.type === "RolloutStarted");
		expect(started).toHaveLength(2);
	}, 60_000);
});

describe("a place where Headgate cannot run", () => {
	it("is told when no control process answers, whether one ever ran there or not", async () => {
		complains(await runHeadgate(["--data", path.join(folder, "never"), "status"]), 3, /no control process/);
		complainsInJson(await runHeadgate(["--data", path.join(folder, "never"), "--json", "status"]), 3, "control.not-running");
		const data = path.join(folder, "gone");
		mkdirSync(data);
		const [port] = await freePorts(1);
		writeFileSync(path.join(data, "up.json"), JSON.stringify({ pid: 1, control: `http://127.0.0.1:${port}`, gateway: "" }));
		writeFileSync(path.join(data, "admin.key"), "hg_x\n");
		complains(await runHeadgate(["--data", data, "status"]), 3, new RegExp(`${port}`));
	});

	it("is told when the port of control or of the gateway is in use", async () => {
		const [free] = await freePorts(1);
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const taken = String((server.address() as { port: number }).port);
		const data = path.join(folder, "ports");
		const up = (control: string, gateway: string, ...first: string[]) =>
			runHeadgate([...first, "--data", data, "up", "--control-port", control, "--gateway-port", gateway, "--gateways", "1"]);
		complains(await up(taken, String(free)), 3, new RegExp(taken));
		complains(await up(String(free), taken), 3, new RegExp(taken));
		const inJson = await up(taken, String(free), "--json");
		// A long command: lines of what it did, and the error last.
		complainsInJson({ ...inJson, stdout: inJson.stdout.trim().split("\n").at(-1)! }, 3, "port.in-use");
		server.close();
	}, 60_000);

	it("is told when another installation runs on the data folder, and that one goes on", async () => {
		const [control, gateway] = await freePorts(2);
		const up = ["up", "--control-port", String(control), "--gateway-port", String(gateway)];
		complains(await fleet.headgate(up), 3, /journal/);
		expect((await fleet.headgate(["status"])).exit).toBe(0);
	}, 30_000);

	it("is told when a flag is out of range", async () => {
		complains(await runHeadgate(["up", "--gateways", "none"]), 2, /--gateways/);
		complainsInJson(await runHeadgate(["--json", "up", "--gateway-port", "70000"]), 2, "setting.invalid");
	});

	it("is told when the disk is full, and nothing that was acknowledged is lost", async (context) => {
		if (process.getuid?.() !== 0) return context.skip("mounting a small file system needs root");
		const data = path.join(folder, "small");
		mkdirSync(data);
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", data]);
		let small: Fleet | undefined;
		try {
			small = await Fleet.start({ gateways: 1, data });
			await small.push("1.0.0");
			// 8 MB are less than the package declares, and no version would be deployed.
			await small.apply([{ validate: null }, CANARY, { promote: null }], { checks: { off: ["H07"] } });
			await small.happens(await small.deploy("1.0.0"), "Promoted");
			const filler = path.join(data, "filler");
			fill(filler);
			const head = await small.head();
			const pushed = await small.headgate(["push", path.join(EXAMPLE, "packages/credit-risk-1.1.0")]);
			complains(pushed, 3, /full|room|space/i);
			// The journal has room in its own files for a while; once it has none, it says so too.
			complains(await untilRefused(small, head.seq), 3, /full|room|space/i);
			const load = small.load({ requestsPerSecond: 50 });
			await new Promise((resolve) => setTimeout(resolve, 2_000));
			expect(await load.stop()).toMatchObject({ bad: 0, lost: 0 });
			expect(await small.verifies([head])).toBe(true);
			rmSync(filler);
			await small.push("1.1.0");
			expect(await small.verifies([head])).toBe(true);
		} finally {
			await small?.stop();
			execFileSync("umount", ["-l", data]);
		}
	}, 90_000);
});

/** Takes all the room there is. */
function fill(file: string): void {
	try {
		writeFileSync(file, Buffer.alloc(16 * 1024 * 1024));
	} catch (error) {
		expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
	}
}

/** Applies one configuration after another until one is refused. */
async function untilRefused(fleet: Fleet, from: number): Promise<CommandResult> {
	for (let i = 0; i < 40; i++) {
		const plan = [{ validate: null }, { canary: { weight: `${10 + i}%`, hold: "60s" } }, { promote: null }];
		const file = given(`e${i}.yaml`, endpointWith(plan));
		const result = await fleet.headgate(["endpoint", "apply", file]);
		if (result.exit !== 0) return result;
	}
	throw new Error(`the full disk took every event from ${from} on`);
}
