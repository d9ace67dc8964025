import { HeadgateError } from "@headgate/protocol";
import { describe, expect, it } from "vitest";
import { ControlRig } from "../testing/control-rig.ts";
import { FullDisk } from "../testing/full-disk.ts";

async function rolledBack(disk = new FullDisk()): Promise<ControlRig> {
	const rig = await ControlRig.open({ journal: (journal) => disk.wrap(journal) });
	rig.failing = (version) => (version === "1.1.0" ? 0.6 : 0);
	await rig.champion();
	await rig.deploy("1.1.0");
	return rig;
}

function of(rig: ControlRig, type: string): number {
	return rig.rows.filter((row) => row.type === type).length;
}

describe("effects", () => {
	it("done twice reach people once and quarantine once", async () => {
		const rig = await rolledBack();
		await rig.seconds(60);
		for (let i = 0; i < 5; i++) await rig.pass();
		expect(of(rig, "PackageQuarantined")).toBe(1);
		for (const { text } of rig.notifier.notices) expect(text).toMatch(/ \(journal [1-9]\d*:[0-9a-f]{64}\)$/);
		const ids = rig.notifier.notices.map((notice) => notice.id);
		expect(ids).toContain("credit-risk-2/rollback");
		expect(new Set(ids).size).toBe(ids.length);
		expect(of(rig, "NoticeSent")).toBe(ids.length);
	});

	it("done and not recorded are done again, under the same id", async () => {
		const disk = new FullDisk();
		const rig = await rolledBack(disk);
		while (rig.state("credit-risk-2").status !== "running") await rig.seconds(1);
		await rig.seconds(3);
		const told = rig.notifier.notices.length;
		while (rig.notifier.notices.length === told) {
			disk.isFull = () => rig.notifier.notices.length > told;
			await rig.seconds(1).catch(() => {});
		}
		const calls = rig.notifier.calls;
		await rig.pass().catch(() => {});
		expect(rig.notifier.calls).toBeGreaterThan(calls);
		disk.isFull = () => false;
		await rig.seconds(40);
		const ids = rig.notifier.notices.map((notice) => notice.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(rig.state("credit-risk-2").noticesDue).toEqual([]);
	});

	it("do not wait for each other: people who cannot be told hold no rollback up", async () => {
		const rig = await rolledBack();
		rig.notifier.fault = new HeadgateError("disk.full", "no room for notices");
		for (let i = 0; i < 60; i++) await rig.seconds(1).catch(() => {});
		expect(rig.state("credit-risk-2").status).toBe("rolled-back");
		expect(of(rig, "PackageQuarantined")).toBe(1);
		expect(rig.state("credit-risk-2").noticesDue).not.toEqual([]);
		rig.notifier.fault = null;
		await rig.seconds(1);
		expect(rig.state("credit-risk-2").noticesDue).toEqual([]);
	});

	it("refuse a version whose checks fail, with what they found, and never load it", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const { digest } = rig.keeper.installation.findPackage("credit-risk", "1.1.0")!;
		rig.packages.stored.set(digest, { name: "credit-risk", version: "1.1.0", problem: "weights end at byte 9" });
		const id = await rig.deploy("1.1.0");
		await rig.seconds(1);
		expect(rig.state(id).status).toBe("refused");
		expect(rig.keeper.installation.refusals.get(id)).toContain("weights end at byte 9");
		expect(rig.types(id)).not.toContain("WarmingBegun");
	});

	it("count a check that could not be carried out as failed", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		rig.packages.checkFault = new Error("the disk is on fire");
		const id = await rig.deploy("1.1.0");
		await rig.seconds(1);
		expect(rig.state(id).status).toBe("refused");
		expect(rig.keeper.installation.refusals.get(id)).toContain("the disk is on fire");
	});

	it("check a package once, though what it found could not be written down at first", async () => {
		const disk = new FullDisk();
		const rig = await ControlRig.open({ journal: (journal) => disk.wrap(journal) });
		await rig.champion();
		const before = rig.packages.checked.length;
		disk.isFull = (to) => to === "rollout/credit-risk-2" && rig.packages.checked.length > before;
		await rig.deploy("1.1.0").catch(() => {});
		for (let i = 0; i < 3; i++) await rig.pass().catch(() => {});
		expect(rig.types("credit-risk-2")).not.toContain("ChecksPassed");
		disk.isFull = () => false;
		await rig.seconds(2);
		expect(rig.types("credit-risk-2")).toContain("ChecksPassed");
		expect(rig.packages.checked.length).toBe(before + 1);
	});

	it("refuse a version that a gateway cannot load, naming the gateway", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		for (const gateway of rig.gateways) gateway.deaf = true;
		const id = await rig.deploy("1.1.0");
		const { epoch, revision, endpoints } = rig.keeper.installation.table;
		const key = endpoints["credit-risk"]!.arms.find(({ role }) => role === "challenger")!.key;
		const arms = { [key]: { state: "failed" as const, reason: "opset 99" } };
		const life = { gateway: "g2", boot: rig.gateways[1]!.boot, epoch, revision, breakers: [], memoryBytes: 1 };
		rig.fleet.applied({ ...life, arms });
		await rig.pass();
		expect(rig.state(id).status).toBe("refused");
		expect(rig.keeper.installation.refusals.get(id)).toMatch(/g2.*opset 99/);
	});

	it("roll back at once when a gateway's crash breaker has sent the challenger home", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		const arm = rig.keeper.installation.table.endpoints["credit-risk"]!.arms.find(({ role }) => role === "challenger")!;
		rig.gateways[0]!.breakers = [arm.key];
		rig.gateways[0]!.apply();
		await rig.pass();
		expect(rig.state(id).rollback).toMatchObject({ trigger: "breaker" });
	});

	it("let the champion before go when keep_warm is over, and not while a rollout goes on", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		await rig.endpoint("credit-risk", { keep_warm: "3m" });
		const id = await rig.deploy("1.1.0");
		await rig.seconds(100);
		expect(rig.state(id).status).toBe("completed");
		expect(rig.gateways[0]!.table?.endpoints["credit-risk"]?.arms.map(({ role }) => role)).toEqual(["champion", "previous"]);
		await rig.seconds(180);
		expect(rig.gateways[0]!.table?.endpoints["credit-risk"]?.arms.map(({ role }) => role)).toEqual(["champion"]);
		expect(of(rig, "KeepWarmEnded")).toBe(1);
	});
});
