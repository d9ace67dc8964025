import { describe, expect, it } from "vitest";
import { ControlRig } from "../testing/control-rig.ts";
import { FullDisk } from "../testing/full-disk.ts";
import { receiveWindows } from "./receive-windows.ts";

async function rolling(disk = new FullDisk()): Promise<ControlRig> {
	const rig = await ControlRig.open({ evidence: (store) => disk.wrap(store) });
	await rig.champion();
	await rig.deploy("1.1.0");
	await rig.seconds(3);
	return rig;
}

describe("windows that come in", () => {
	it("are acknowledged only when they are in the evidence", async () => {
		const disk = new FullDisk();
		const rig = await rolling(disk);
		disk.isFull = () => true;
		await expect(rig.report()).rejects.toMatchObject({ code: "disk.full" });
		expect(rig.gateways.map((gateway) => gateway.spool.length)).toEqual([1, 1]);
		disk.isFull = () => false;
		const before = rig.evidence.lastPosition("credit-risk");
		for (const gateway of rig.gateways) await gateway.send(rig.context);
		expect(rig.gateways.map((gateway) => gateway.spool.length)).toEqual([0, 0]);
		expect(rig.evidence.lastPosition("credit-risk")).toBe(before + 2);
	});

	it("count once, however often they are sent", async () => {
		const rig = await rolling();
		const [gateway] = rig.gateways;
		rig.nowMs += 1_000;
		gateway!.count(rig.nowMs / 1_000 - 1, 10, () => 0);
		const again = [...gateway!.spool];
		await gateway!.send(rig.context);
		gateway!.spool.push(...again);
		await gateway!.send(rig.context);
		await rig.seconds(10);
		const [followed] = rig.rollouts.followed();
		expect(followed?.tracker.impact.challengerRequests).toBeLessThanOrEqual(13 * 200 + 10);
	});

	it("of a second that has not been are acknowledged and not judged, so that no later second is late", async () => {
		const rig = await rolling();
		const [gateway] = rig.gateways;
		gateway!.count(rig.nowMs / 1_000 + 3_600, 1_000, () => 1);
		const before = rig.evidence.lastPosition("credit-risk");
		await gateway!.send(rig.context);
		expect(gateway!.spool).toEqual([]);
		expect(rig.evidence.lastPosition("credit-risk")).toBe(before);
		await rig.seconds(100);
		expect(rig.state("credit-risk-2").status).toBe("completed");
	});

	it("of a gateway whose clock is too far off are acknowledged and not judged", async () => {
		const rig = await rolling();
		const wrong = rig.addGateway("wrong");
		wrong.connect(rig.nowMs, 5_000);
		wrong.count(rig.nowMs / 1_000, 1_000, () => 1);
		const before = rig.evidence.lastPosition("credit-risk");
		await wrong.send(rig.context);
		expect([wrong.spool.length, rig.evidence.lastPosition("credit-risk")]).toEqual([0, before]);
	});

	it("of another gateway are refused whole, so that nobody can speak for it", async () => {
		const rig = await rolling();
		const [g1, g2] = rig.gateways;
		g1!.count(rig.nowMs / 1_000, 1_000, () => 0);
		const lies = g1!.spool.splice(0).map((window) => ({ ...window, boot: g2!.boot, gateway: "g2", sequence: 2 ** 53 - 1 }));
		const before = rig.evidence.lastPosition("credit-risk");
		const sent = receiveWindows(rig.context, { gateway: "g1", windows: lies as never });
		await expect(sent).rejects.toMatchObject({ code: "bus.message-invalid", message: expect.stringContaining("g2") });
		expect(rig.evidence.lastPosition("credit-risk")).toBe(before);
	});

	it("with counts beyond all measure neither stop the judge nor keep a bad version from being rolled back", async () => {
		const rig = await rolling();
		const [liar] = rig.gateways;
		for (let second = 0; second < 3; second++) {
			for (let part = 0; part < 3; part++) liar!.count(rig.nowMs / 1_000, Number.MAX_SAFE_INTEGER, () => 0);
			await rig.seconds(1);
		}
		rig.failing = (version) => (version === "1.1.0" ? 1 : 0);
		for (let i = 0; i < 3; i++) {
			liar!.count(rig.nowMs / 1_000, Number.MAX_SAFE_INTEGER, rig.failing);
			await rig.seconds(1);
		}
		await rig.seconds(40);
		expect(rig.state("credit-risk-2").status).toBe("rolled-back");
	});

	it("may be none", async () => {
		const rig = await ControlRig.open();
		expect(await receiveWindows(rig.context, { gateway: "g1", windows: [] })).toEqual({});
	});
});
