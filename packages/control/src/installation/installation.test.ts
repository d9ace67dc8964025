import { HeadgateError, type JournalEvent } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { command, rollBack } from "../rollouts/commands.ts";
import { ControlRig, PERSON } from "../testing/control-rig.ts";
import { Installation } from "./installation.ts";
import { StateKeeper } from "./state-keeper.ts";

const VERSIONS = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"];

type Act = (rig: ControlRig) => Promise<unknown>;

const newest = (rig: ControlRig) => [...rig.keeper.installation.rollouts.keys()].at(-1) ?? "none";
const word = (type: "Promote" | "Pause" | "Resume"): Act => {
	return (rig) => command(rig.keeper, rig.rollouts, newest(rig), { type, reason: "why" }, PERSON);
};

/** What people and time do to an installation, in any order; much of it is refused. */
const act: fc.Arbitrary<Act> = fc.oneof(
	fc.constantFrom("credit-risk", "other").map(
		(name): Act =>
			(rig) =>
				rig.endpoint(name),
	),
	fc.constantFrom("200ms", "900ms").map(
		(timeout): Act =>
			(rig) =>
				rig.endpoint("credit-risk", { timeout, keep_warm: "20s" }),
	),
	fc.constantFrom(...VERSIONS).map(
		(version): Act =>
			(rig) =>
				rig.push(version),
	),
	{
		weight: 4,
		arbitrary: fc.constantFrom(...VERSIONS).map(
			(version): Act =>
				(rig) =>
					rig.deploy(version),
		),
	},
	fc.constantFrom(...VERSIONS).map(
		(version): Act =>
			(rig) =>
				rig.deploy(version, { endpoint: "other", plan: "direct" }),
	),
	{
		weight: 4,
		arbitrary: fc.integer({ min: 1, max: 30 }).map(
			(count): Act =>
				(rig) =>
					rig.seconds(count),
		),
	},
	fc.constant(async (rig: ControlRig) => {
		const done = rollBack(rig.keeper, rig.rollouts, "credit-risk", "by hand", PERSON);
		await Promise.all([done, rig.seconds(1)]);
	}),
	fc.constantFrom(word("Promote"), word("Pause"), word("Resume")),
	fc.constantFrom(...VERSIONS).map(
		(version): Act =>
			async (rig) => {
				rig.failing = (candidate) => (candidate === version ? 0.7 : 0);
			},
	),
);

async function play(acts: readonly Act[]): Promise<ControlRig> {
	const rig = await ControlRig.open();
	await rig.endpoint();
	for (const version of VERSIONS) await rig.push(version);
	await rig.deploy("1.0.0");
	for (const step of acts) {
		await step(rig).catch((fault) => {
			if (!(fault instanceof HeadgateError)) throw fault;
		});
	}
	return rig;
}

/** Everything an installation knows, as plain data. */
function contents(installation: Installation): unknown {
	const maps = Object.entries(installation).filter(([, value]) => value instanceof Map) as [string, Map<string, unknown>][];
	const judged = [...installation.rollouts.keys()].map((id) => installation.lastJudged(id));
	return { maps: maps.map(([name, map]) => [name, [...map]]), judged, table: installation.table };
}

async function eventsOf(rig: ControlRig): Promise<JournalEvent[]> {
	const events = [];
	for await (const event of rig.keeper.journal.read()) events.push(event);
	return events;
}

describe("an installation", () => {
	it("is the same however often it is folded from its journal", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
				const rig = await play(acts);
				const again = await StateKeeper.open(rig.keeper.journal);
				expect(contents(again.installation)).toEqual(contents(rig.keeper.installation));
			}),
			{ numRuns: 40 },
		);
	});

	it("numbers its route table by the last event that changed a route, and routes whole shares to known arms", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
				const events = await eventsOf(await play(acts));
				const installation = new Installation();
				let routes = "{}";
				let changedAt = 0;
				for (const event of events) {
					installation.apply(event);
					const { endpoints, revision } = installation.table;
					if (JSON.stringify(endpoints) !== routes) changedAt = event.seq;
					routes = JSON.stringify(endpoints);
					expect(revision).toBe(changedAt);
					for (const route of Object.values(endpoints)) {
						const weights = route.arms.map((arm) => arm.weightPercent);
						expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(100);
						expect(new Set(route.arms.map((arm) => arm.key)).size).toBe(route.arms.length);
						for (const arm of route.arms) expect(installation.packages.has(arm.packageDigest)).toBe(true);
					}
				}
			}),
			{ numRuns: 40 },
		);
	});

	it("refuses to believe a rollout of an endpoint that was never made", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const started = (await eventsOf(rig)).find((event) => event.type === "RolloutStarted")!;
		expect(() => new Installation().apply(started)).toThrow("unknown endpoint");
	});

	it("keeps the newest end of what is sealed, in whatever order two rollouts of an endpoint seal", async () => {
		const installation = new Installation();
		const rig = await ControlRig.open();
		const [some] = await eventsOf(rig);
		for (const to of [10, 30, 20])
			installation.apply({ ...some!, stream: "evidence/credit-risk", type: "EvidenceSealed", data: { to } });
		expect(installation.sealedTo.get("credit-risk")).toBe(30);
	});
});

describe("the keeper of the state", () => {
	it("lets one decision at a time see the state, also after one that failed", async () => {
		const { keeper } = await ControlRig.open();
		const order: string[] = [];
		const slow = keeper.exclusively(async () => {
			order.push("first begins");
			await new Promise((resolve) => setImmediate(resolve));
			order.push("first ends");
			throw new Error("no");
		});
		const next = keeper.exclusively(async () => order.push("second"));
		await expect(slow).rejects.toThrow("no");
		await next;
		expect(order).toEqual(["first begins", "first ends", "second"]);
	});

	it("tells of an event when it is in the journal and in the state, and not after it was asked to stop", async () => {
		const rig = await ControlRig.open();
		const heard: [string, boolean][] = [];
		const stop = rig.keeper.onEvent((event) => heard.push([event.type, rig.keeper.installation.endpoints.has("credit-risk")]));
		await rig.endpoint();
		stop();
		await rig.push("1.0.0");
		expect(heard).toEqual([["EndpointConfigured", true]]);
		expect(await rig.keeper.append("control", [])).toEqual([]);
	});
});
