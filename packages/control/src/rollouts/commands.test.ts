import { keyOf } from "@headgate/core/rollout";
import { describe, expect, it } from "vitest";
import { LEASE_MS } from "../gateways/fleet.ts";
import { ControlRig, PERSON } from "../testing/control-rig.ts";
import { command, rollBack } from "./commands.ts";

function back(rig: ControlRig, endpoint = "credit-risk") {
	return rollBack(rig.keeper, rig.rollouts, endpoint, "by hand", PERSON);
}

describe("rollback", () => {
	it("is refused where nothing has been rolled out, and for the first version", async () => {
		const rig = await ControlRig.open();
		await rig.endpoint();
		await expect(back(rig)).rejects.toMatchObject({ code: "rollback.nothing" });
		await expect(back(rig, "credit")).rejects.toMatchObject({ code: "endpoint.unknown" });
		await rig.push("1.0.0");
		await rig.deploy("1.0.0");
		await rig.seconds(2);
		await expect(back(rig)).rejects.toMatchObject({ code: "rollback.no-target" });
	});

	it("resolves when every gateway serves the table without the challenger", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		const done = back(rig);
		await rig.seconds(1);
		const { rollback } = await done;
		expect(rollback?.applied).toMatchObject({ gateways: [{ gateway: "g1" }, { gateway: "g2" }], leaseExpired: [] });
		for (const { table } of rig.gateways) {
			expect(table?.endpoints["credit-risk"]?.arms.map(({ version, weightPercent }) => [version, weightPercent])).toEqual([
				["1.0.0", 100],
			]);
		}
	});

	it("ends for certain: a gateway that hangs is named when its lease has run out", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		rig.gateways[1]!.deaf = true;
		const done = back(rig);
		await rig.seconds(5);
		expect(rig.state(id).status).toBe("rolling-back");
		await rig.seconds(LEASE_MS / 1_000);
		expect((await done).rollback?.applied).toMatchObject({ gateways: [{ gateway: "g1" }], leaseExpired: ["g2"] });
	});

	it("asked for twice while it is under way is one rollback; after it, it is refused", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		const both = [back(rig), back(rig)];
		await rig.seconds(1);
		expect((await Promise.all(both)).map((state) => state.id)).toEqual([id, id]);
		expect(rig.types(id).filter((type) => type === "RollbackBegun")).toHaveLength(1);
		await expect(back(rig)).rejects.toMatchObject({ code: "rollback.already" });
	});

	it("undoes a promotion while its champion is warm, and loads it again when it is not", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		await rig.endpoint("credit-risk", { keep_warm: "5m" });
		const id = await rig.deploy("1.1.0");
		await rig.seconds(100);
		expect(rig.state(id).status).toBe("completed");
		await rig.seconds(300);
		expect(rig.keeper.installation.endpoints.get("credit-risk")?.serving.previous).toBeNull();
		const done = back(rig);
		await rig.seconds(3);
		const restored = await done;
		expect(restored).toMatchObject({ id: "credit-risk-3", promoted: true, challenger: { version: "1.0.0" } });
		// The way back is checked for being whole, never for being newer than what it replaces.
		expect(rig.packages.checkedWith.map(({ hasServed }) => hasServed)).toEqual([false, false, true]);
		const arms = rig.gateways[0]!.table?.endpoints["credit-risk"]?.arms;
		expect(arms?.map(({ version, weightPercent }) => [version, weightPercent])).toEqual([
			["1.0.0", 100],
			["1.1.0", 0],
		]);
	});
});

describe("a rollback made on a host without control", () => {
	it("is made the truth everywhere: the promotion it undid is undone, and a newer attempt ends first", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const promoted = await rig.deploy("1.1.0");
		await rig.seconds(40);
		expect(rig.state(promoted).promoted).toBe(true);
		const newer = await rig.deploy("1.2.0");
		await rig.seconds(1);
		const [gateway] = rig.gateways;
		const { epoch, revision } = gateway!.table!;
		gateway!.overrides = [{ endpoint: "credit-risk", epoch, revision, to: keyOf(rig.state(promoted).champion!) }];
		gateway!.apply();
		await rig.seconds(6);
		expect([rig.state(newer).rollback?.because, rig.state(promoted).rollback?.because]).toEqual([
			expect.stringContaining("directly on g1"),
			expect.stringContaining("directly on g1"),
		]);
		expect(rig.keeper.installation.endpoints.get("credit-risk")?.serving.champion?.version).toBe("1.0.0");
	});
});

describe("a person's word", () => {
	it("pauses and resumes; a pause holds the promotion back", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		while (rig.state(id).status !== "running") await rig.seconds(1);
		await command(rig.keeper, rig.rollouts, id, { type: "Pause", reason: "lunch" }, PERSON);
		await rig.seconds(60);
		expect(rig.state(id)).toMatchObject({ status: "paused", promoted: false });
		await command(rig.keeper, rig.rollouts, id, { type: "Resume", reason: "back" }, PERSON);
		await rig.seconds(100);
		expect(rig.state(id).status).toBe("completed");
		const said = rig.rows.find((row) => row.type === "RolloutPaused");
		expect(said?.actor).toContain(PERSON.id);
	});

	it("about a rollout that does not exist is refused", async () => {
		const rig = await ControlRig.open();
		const word = { type: "Pause", reason: "" } as const;
		await expect(command(rig.keeper, rig.rollouts, "nothing", word, PERSON)).rejects.toMatchObject({ code: "rollout.unknown" });
	});
});
