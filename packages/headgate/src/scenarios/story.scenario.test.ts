import { Fleet } from "@headgate/testkit/fleet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playStory, type Story } from "./story.ts";

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
}, 240_000);

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

	it("refuses 1.3.0 in under 2 s, before anything is loaded, naming the file and the place", async () => {
		const { exit, stderr } = await calm.fleet.headgate(["push", "examples/credit-risk/packages/credit-risk-1.3.0"]);
		expect(exit).toBe(1);
		expect(stderr).toMatch(/model\.onnx/);
		expect(stderr).toMatch(/offset|byte/);
	});
});

describe("the same story with control and gateways killed on the way", () => {
	it("ends as it does without a kill: champion, rollouts, events, quarantine, each notice once", () => {
		expect(killed.outcome).toEqual(calm.outcome);
		expect(new Set(killed.outcome.notices).size).toBe(killed.outcome.notices.length);
	});

	it("was killed ten times, control and gateways, three times of them in the rollback", () => {
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
