import { describe, expect, it, vi } from "vitest";
import { ControlRig, PERSON } from "../testing/control-rig.ts";
import { replayOf } from "../testing/replay-rig.ts";
import { rollBack } from "./commands.ts";
import { describeRollout } from "./describe-rollout.ts";

const SAME = { differences: [] };

describe("a rollout under control", () => {
	it("promotes a good version, completes its watch, and is decided again in the same way", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		await rig.seconds(100);
		expect(rig.state(id)).toMatchObject({ status: "completed", promoted: true });
		expect(rig.keeper.installation.endpoints.get("credit-risk")?.serving.champion?.version).toBe("1.1.0");
		expect(await replayOf(rig, id)).toMatchObject(SAME);
		expect((await replayOf(rig, id)).decisionsEqual).toBeGreaterThan(3);
	});

	it("takes a bad version back by itself, confirms the recovery, and quarantines it", async () => {
		const rig = await ControlRig.open();
		rig.failing = (version) => (version === "1.1.0" ? 0.6 : 0);
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		await rig.seconds(60);
		const state = rig.state(id);
		expect(state).toMatchObject({ status: "rolled-back", promoted: false });
		expect(state.rollback?.confirmed).toMatchObject({ confirmed: true });
		expect(state.rollback?.applied?.gateways.map(({ gateway }) => gateway)).toEqual(["g1", "g2"]);
		expect(rig.keeper.installation.findPackage("credit-risk", "1.1.0")?.quarantined).toContain(id);
		expect(rig.rollouts.followed()).toEqual([]);
		expect(await replayOf(rig, id)).toMatchObject(SAME);
	});

	it("stands still when its judge throws, decides nothing from half a second's evidence, and can still be rolled back", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		await rig.seconds(3);
		const { tracker } = rig.rollouts.find(id)!;
		vi.spyOn(tracker, "take").mockImplementationOnce(() => {
			throw new RangeError("not a number");
		});
		await expect(rig.seconds(1)).rejects.toThrow("not a number");
		const { position } = tracker;
		await expect(rig.seconds(1)).rejects.toThrow("not a number");
		expect(tracker.position).toBe(position);
		expect(rig.state(id)).toMatchObject({ status: "running", promoted: false });
		const back = rollBack(rig.keeper, rig.rollouts, "credit-risk", "its judge stands still", PERSON);
		await expect(rig.seconds(2)).rejects.toThrow("not a number");
		expect((await back).status).toBe("rolled-back");
	});

	it("shows the verdict it was rolled back for, before and after the recovery is confirmed", async () => {
		const rig = await ControlRig.open();
		rig.failing = (version) => (version === "1.1.0" ? 0.1 : 0);
		await rig.champion();
		const id = await rig.deploy("1.1.0", { plan: "blue-green" });
		for (let second = 0; second < 60 && rig.state(id).rollback?.confirmed == null; second++) {
			await rig.seconds(1);
			if (rig.state(id).rollback === null) continue;
			const shown = describeRollout(rig.context, id).gates.find(({ gate }) => gate === "error_rate <= 1%");
			expect(shown?.verdict).toBe("fail");
		}
		expect(rig.state(id).rollback?.confirmed).toMatchObject({ confirmed: true });
	});

	it("confirms the recovery of a promotion that is undone after its rollout was over", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		await rig.seconds(100);
		const back = rollBack(rig.keeper, rig.rollouts, "credit-risk", "complaints", PERSON);
		await rig.seconds(30);
		expect((await back).status).toBe("rolled-back");
		expect(rig.state(id).rollback?.confirmed).toMatchObject({ confirmed: true });
		expect(await replayOf(rig, id)).toMatchObject(SAME);
	});

	it("judges the next rollout from its first second, though the recovery of the one before is not confirmed yet", async () => {
		const rig = await ControlRig.open();
		rig.failing = (version) => (version === "1.1.0" ? 0.6 : 0);
		await rig.champion();
		const bad = await rig.deploy("1.1.0");
		while (rig.state(bad).status !== "rolled-back") await rig.seconds(1);
		expect(rig.state(bad).rollback?.confirmed).toBeNull();
		const good = await rig.deploy("1.2.0");
		await rig.seconds(100);
		expect(rig.state(bad).rollback?.confirmed).not.toBeNull();
		expect(rig.state(good).status).toBe("completed");
		expect([await replayOf(rig, bad), await replayOf(rig, good)]).toMatchObject([SAME, SAME]);
	});

	it("stores no evidence while no rollout follows the endpoint", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const before = rig.evidence.lastPosition("credit-risk");
		await rig.seconds(5);
		expect(rig.evidence.lastPosition("credit-risk")).toBe(before);
		expect(rig.gateways.map((gateway) => gateway.spool.length)).toEqual([0, 0]);
	});
});
