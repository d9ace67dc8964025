import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ControlRig } from "../testing/control-rig.ts";
import { despite, FullDisk } from "../testing/full-disk.ts";
import { replayOf } from "../testing/replay-rig.ts";

const BAD = (version: string) => (version === "1.1.0" ? 0.6 : 0);

async function rigOn(disk: FullDisk): Promise<ControlRig> {
	const wrap = { journal: disk.wrap.bind(disk), evidence: disk.wrap.bind(disk) };
	const rig = await ControlRig.open(wrap as never);
	await rig.champion();
	return rig;
}

function count(types: readonly string[], wanted: string): number {
	return types.filter((type) => type === wanted).length;
}

describe("a full disk", () => {
	it("holds a decision up and loses none, whenever and wherever there is no room", async () => {
		const outage = fc.record({
			from: fc.integer({ min: 0, max: 40 }),
			seconds: fc.integer({ min: 1, max: 6 }),
			journal: fc.boolean(),
			evidence: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(outage, { minLength: 1, maxLength: 4 }), fc.boolean(), async (outages, isBad) => {
				const disk = new FullDisk();
				const rig = await rigOn(disk);
				if (isBad) rig.failing = BAD;
				const id = await rig.deploy("1.1.0");
				for (let second = 0; second < 130; second++) {
					const now = outages.filter(({ from, seconds }) => second >= from && second < from + seconds);
					disk.isFull = (to) => now.some((one) => (to.includes("/") ? one.journal : one.evidence));
					await despite(rig, 1);
				}
				expect(rig.state(id).status).toBe(isBad ? "rolled-back" : "completed");
				expect(count(rig.types(id), "RollbackBegun")).toBe(isBad ? 1 : 0);
				expect(count(rig.types(id), "Promoted")).toBe(isBad ? 0 : 1);
				expect(await replayOf(rig, id)).toMatchObject({ differences: [] });
			}),
			{ numRuns: 25 },
		);
	});

	it("refuses a person's word while a decision waits for room, so that nothing is written before it", async () => {
		const disk = new FullDisk();
		const rig = await rigOn(disk);
		rig.failing = BAD;
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		disk.isFull = (to) => to === `rollout/${id}`;
		await despite(rig, 30);
		const pause = () => rig.keeper.exclusively(() => rig.rollouts.tell(id, { type: "Pause", reason: "wait" }));
		await expect(pause()).rejects.toMatchObject({ code: "disk.full" });
		disk.isFull = () => false;
		const before = rig.types(id).length;
		await pause();
		const added = rig.types(id).slice(before);
		expect(added.at(-1)).toBe("RolloutPaused");
		expect(added).toContain("GateJudged");
		await rig.seconds(5);
		expect(await replayOf(rig, id)).toMatchObject({ differences: [] });
	});

	it("does not stop the rollouts of other endpoints", async () => {
		const disk = new FullDisk();
		const rig = await rigOn(disk);
		await rig.endpoint("other");
		await rig.deploy("1.0.0", { endpoint: "other" });
		await rig.seconds(2);
		const [first, second] = [await rig.deploy("1.1.0"), await rig.deploy("1.1.0", { endpoint: "other" })];
		disk.isFull = (to) => to === `rollout/${first}`;
		await despite(rig, 130);
		expect(disk.refused).toBeGreaterThan(100);
		expect(rig.state(second).status).toBe("completed");
	});
});

describe("a control process that is started again", () => {
	it("goes on as if it had never ended, wherever it was killed", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }), fc.boolean(), async (kills, isBad) => {
				let rig = await ControlRig.open();
				if (isBad) rig.failing = BAD;
				await rig.champion();
				const id = await rig.deploy("1.1.0");
				for (let second = 0; second < 120; second++) {
					await rig.report();
					if (kills.includes(second)) rig = await rig.restart();
					await rig.pass();
				}
				expect(rig.state(id).status).toBe(isBad ? "rolled-back" : "completed");
				expect(count(rig.types(id), "RollbackBegun")).toBe(isBad ? 1 : 0);
				expect(new Set(rig.rows.map((row) => row.seq)).size).toBe(rig.rows.length);
				expect(await replayOf(rig, id)).toMatchObject({ differences: [] });
			}),
			{ numRuns: 25 },
		);
	});

	it("ends a rollback only when the gateways of the trial have answered it, or their lease from before has run out", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		await rig.keeper.exclusively(() => {
			return rig.rollouts.tell(id, { type: "RollBack", reason: "", impact: rig.rollouts.impactOf(id) });
		});
		const next = await rig.restart({ gateways: 1 });
		await next.seconds(10);
		expect(next.state(id).status).toBe("rolling-back");
		await next.seconds(6);
		expect(next.state(id).rollback?.applied).toMatchObject({ gateways: [{ gateway: "g1" }], leaseExpired: ["g2"] });
	});

	it("seals what a rollout ended on, when it was killed between the decision and its seal", async () => {
		const disk = new FullDisk();
		const rig = await rigOn(disk);
		const id = await rig.deploy("1.1.0");
		await rig.seconds(30);
		disk.isFull = (to) => to.startsWith("evidence/");
		await despite(rig, 100);
		expect(rig.state(id).status).toBe("completed");
		expect((await replayOf(rig, id)).differences).not.toEqual([]);
		const next = await rig.restart();
		await next.seconds(1);
		expect(await replayOf(next, id)).toMatchObject({ differences: [] });
		expect(next.rollouts.followed()).toEqual([]);
	});

	it("binds every judged record to the journal once, without a gap", async () => {
		let rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		for (let i = 0; i < 9; i++) {
			await rig.seconds(12);
			rig = await rig.restart();
		}
		await rig.seconds(1);
		const seals: { from: number; to: number; sha256: string }[] = [];
		for await (const event of rig.keeper.journal.readStream("evidence/credit-risk")) {
			if (event.cause === id) seals.push(event.data as (typeof seals)[number]);
		}
		expect(seals.length).toBeGreaterThan(3);
		seals.slice(1).forEach((seal, i) => {
			expect(seal.from).toBe(seals[i]!.to + 1);
		});
		expect(await rig.evidence.verify("credit-risk", seals)).toMatchObject({ ok: true });
	});
});
