import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Fleet, ROOT } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playStory, type Story } from "./testing/story.ts";

const SEED = Number(process.env["HEADGATE_SEED"] ?? 20_261_031);
let fleets: Fleet[] = [];
let calm: Story;
let killed: Story;

// The two stories run side by side: the same versions, load and plan, one of them with kills.
beforeAll(async () => {
	console.log(`seed ${SEED}`);
	fleets = await Promise.all([Fleet.start(), Fleet.start()]);
	[calm, killed] = await Promise.all([playStory(fleets[0]!, null), playStory(fleets[1]!, SEED)]);
	console.log(`${killed.kills.join("\n")}\n${JSON.stringify(killed.counts)}`);
}, 420_000);

afterAll(async () => {
	await Promise.all(fleets.map((fleet) => fleet.stop()));
	for (const fleet of fleets) fleet.remove();
}, 30_000);

describe("one good and one bad version, shipped under load", () => {
	it("promotes 1.1.0 and takes 1.2.0 back by itself", () => {
		expect(calm.outcome.champions).toEqual({ "credit-risk": "credit-risk@1.1.0" });
		expect(calm.outcome.rollouts[calm.promoted]).toMatchObject({ promoted: true });
		expect(calm.outcome.rollouts[calm.rolledBack]).toMatchObject({ status: "rolled-back", promoted: false });
		expect(calm.outcome.quarantined).toEqual(["credit-risk@1.2.0"]);
	});

	it("gives bad answers from 1.2.0 alone, and Headgate counts as many as the callers", async () => {
		const seen = calm.counts.versions["1.2.0"]!;
		expect(seen.bad).toBeGreaterThan(0);
		expect(calm.counts).toMatchObject({ bad: seen.bad, lost: 0 });
		const confirmed = await calm.fleet.happens(calm.rolledBack, "RollbackConfirmed", 0);
		const impact = { challengerRequests: seen.answered, challengerFailed: seen.bad };
		expect((confirmed.data as { data: object }).data).toMatchObject({ confirmed: true, impact });
	});

	it("refuses 1.3.0 before anything is loaded, naming the file and the place", async () => {
		const { exit, stderr } = await calm.fleet.headgate(["push", "examples/credit-risk/packages/credit-risk-1.3.0"]);
		expect(exit).toBe(1);
		expect(stderr).toMatch(/model\.onnx/);
		expect(stderr).toMatch(/offset|byte/);
	});
});

describe("the bad version with its gates taken out of the plan", () => {
	const noGates = [
		{ validate: null },
		{ canary: { weight: "50%", hold: "3s", gates: [] } },
		{ promote: null },
		{ watch: { hold: "72h" } },
	];

	it("is promoted, though it is in quarantine only with a reason, and goes back in one command", async () => {
		const { fleet } = calm;
		const plan = fleet.write("plan.json", JSON.stringify({ plan: noGates }));
		const refused = await fleet.headgate(["deploy", "credit-risk", "1.2.0", "--plan", plan]);
		expect(refused.stderr).toMatch(/quarantine/);
		const load = fleet.load({ requestsPerSecond: 100 });
		const rollout = await fleet.deploy("1.2.0", "--plan", plan, "--accept-quarantined", "to see what the gates are for");
		await fleet.happens(rollout, "Promoted");
		const back = await fleet.ask<{ rollback: { applied: { leaseExpired: unknown[] } } }>("rollback", "credit-risk");
		expect(back.rollback.applied).toMatchObject({ leaseExpired: [] });
		const { bad, lost, versions } = await load.stop();
		expect({ bad, lost }).toEqual({ bad: versions["1.2.0"]!.bad, lost: 0 });
		const after = fleet.load({ requestsPerSecond: 100 });
		while (after.counts().answered === 0) await new Promise((resolve) => setTimeout(resolve, 100));
		const { versions: now } = await after.stop();
		expect(Object.keys(now)).toEqual(["1.1.0"]);
	}, 90_000);
});

describe("the same story with control and gateways killed on the way", () => {
	it("ends as it does without a kill: champion, rollouts, events, quarantine, each notice once", () => {
		expect(killed.outcome).toEqual(calm.outcome);
		expect(new Set(killed.outcome.notices).size).toBe(killed.outcome.notices.length);
	});

	it("was killed ten times, control and gateways, three of them in the rollback", () => {
		expect(killed.kills).toHaveLength(10);
		const rollback = killed.kills.findIndex((kill) => kill.includes("RollbackBegun"));
		expect(killed.kills.slice(rollback)).toHaveLength(3);
	});

	it("lost no event that had been acknowledged before a kill", async () => {
		expect(await killed.fleet.verifies(killed.heads)).toBe(true);
	});

	it("failed no caller that tries a broken connection once again, but for the bad version's own answers", () => {
		expect(killed.counts).toMatchObject({ lost: 0, bad: killed.counts.versions["1.2.0"]!.bad });
		expect(killed.counts.retried).toBeGreaterThan(0);
	});
});

describe("the replay of both rollouts, once everything has stopped", () => {
	beforeAll(async () => {
		await calm.fleet.stop();
	}, 30_000);

	it("reaches the same decisions in a process that cannot load control, nor anything but core and protocol", async () => {
		const hook = pathToFileURL(calm.fleet.write("refuse.mjs", REFUSE)).href;
		const environment = { NODE_OPTIONS: `--import=${hook}` };
		for (const rollout of [calm.promoted, calm.rolledBack]) {
			const { exit, stdout } = await calm.fleet.headgate(["replay", rollout], { environment });
			expect({ rollout, exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining("same decisions") });
		}
		const script = "await import('@headgate/control')";
		const tried = spawnSync(process.execPath, [`--import=${hook}`, "--input-type=module", "-e", script], {
			cwd: ROOT,
			encoding: "utf8",
		});
		expect(tried.status).not.toBe(0);
		expect(tried.stderr).toContain("refused: @headgate/control");
	}, 60_000);

	it("names the record and the window in which one count was flipped, and says no", async () => {
		const folder = path.join(calm.fleet.data, "evidence/credit-risk");
		const [segment = ""] = readdirSync(folder);
		const file = path.join(folder, segment);
		const whole = readFileSync(file, "utf8");
		const events = await calm.fleet.rolloutEvents(calm.rolledBack);
		const { after } = events.find((event) => event.type === "RollbackBegun")!.data as { after: number };
		const lines = whole.split("\n");
		const at = lines.findLastIndex((line, i) => i < after && /"kind":"window"/.test(line));
		const { position, window } = JSON.parse(lines[at]!) as { position: number; window: { gateway: string; second: number } };
		const flipped = lines[at]!.replace(/"n":(\d+)/, (_, n: string) => `"n":${Number(n) ^ 1}`);
		expect(flipped).not.toBe(lines[at]);
		writeFileSync(file, lines.with(at, flipped).join("\n"));
		const { exit, stdout } = await calm.fleet.headgate(["replay", calm.rolledBack]);
		writeFileSync(file, whole);
		expect(exit).toBe(1);
		expect(stdout).toContain(`record ${position}:`);
		expect(stdout).toContain(`in the window of ${window.gateway} at second ${window.second}`);
		expect((await calm.fleet.headgate(["replay", calm.rolledBack])).exit).toBe(0);
	}, 60_000);
});

/** Lets the command itself load what it likes; any other process gets core, protocol and Node alone of ours. */
const REFUSE = `
import { registerHooks } from "node:module";
if (!process.argv[1]?.endsWith("main.ts")) {
	registerHooks({
		resolve(specifier, context, next) {
			if (/^@headgate\\/(?!core|protocol)/.test(specifier)) throw new Error("refused: " + specifier);
			return next(specifier, context);
		},
	});
}
`;
