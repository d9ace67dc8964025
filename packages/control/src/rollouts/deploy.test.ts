import { describe, expect, it } from "vitest";
import { ControlRig } from "../testing/control-rig.ts";

describe("an endpoint's policy", () => {
	it("cannot turn off a check that does not exist, and is not applied then", async () => {
		const rig = await ControlRig.open();
		await expect(rig.endpoint("credit-risk", { checks: { off: ["crash", "C033"] } })).rejects.toMatchObject({
			code: "check.unknown",
			hint: "did you mean C03?",
			path: "checks.off[1]",
		});
		expect(rig.keeper.installation.endpoints.size).toBe(0);
	});

	it("reaches the checks of a deploy: what is off, and how old an evaluation may be", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		await rig.endpoint("credit-risk", { checks: { off: ["C03"], evaluation_age: "30d" } });
		await rig.deploy("1.1.0");
		await rig.seconds(1);
		expect(rig.packages.checkedWith.at(-1)).toMatchObject({ hasServed: false, off: ["C03"], evaluationAgeMs: 30 * 86_400_000 });
	});
});

describe("deploy", () => {
	it("names the nearest endpoint when there is none of the name given", async () => {
		const rig = await ControlRig.open();
		await expect(rig.deploy("1.0.0")).rejects.toMatchObject({ code: "endpoint.unknown", hint: expect.stringContaining("apply") });
		await rig.endpoint("credit-risk");
		await expect(rig.deploy("1.0.0", { endpoint: "credit-rsk" })).rejects.toMatchObject({
			code: "endpoint.unknown",
			hint: 'did you mean "credit-risk"?',
		});
	});

	it("lists the pushed versions when the one given is not among them", async () => {
		const rig = await ControlRig.open();
		await rig.endpoint();
		await expect(rig.deploy("1.0.0")).rejects.toMatchObject({ code: "package.unknown", hint: expect.stringContaining("push") });
		await rig.push("1.0.0");
		await rig.push("1.1.0");
		await rig.push("7.0.0", "other");
		await expect(rig.deploy("2.0.0")).rejects.toMatchObject({ code: "package.unknown", hint: "pushed versions: 1.0.0, 1.1.0" });
	});

	it("takes name@version, and refuses a version of another model", async () => {
		const rig = await ControlRig.open();
		await rig.endpoint();
		await rig.push("1.0.0");
		await rig.push("7.0.0", "other");
		await expect(rig.deploy("other@7.0.0")).rejects.toMatchObject({ code: "deploy.wrong-model" });
		expect(await rig.deploy("credit-risk@1.0.0")).toBe("credit-risk-1");
	});

	it("refuses the champion again, unless its configuration has changed", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		await expect(rig.deploy("1.0.0")).rejects.toMatchObject({ code: "deploy.already-champion" });
		await rig.endpoint("credit-risk", { timeout: "700ms" });
		expect(await rig.deploy("1.0.0")).toBe("credit-risk-2");
	});

	it("refuses a second rollout beside one that is not promoted, naming it", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const first = await rig.deploy("1.1.0");
		await expect(rig.deploy("1.2.0")).rejects.toMatchObject({
			code: "deploy.rollout-in-progress",
			message: expect.stringContaining(first),
		});
		expect([...rig.keeper.installation.rollouts.keys()]).not.toContain("credit-risk-3");
	});

	it("lets one of two deploys at once through", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const outcomes = await Promise.allSettled([rig.deploy("1.1.0"), rig.deploy("1.2.0")]);
		expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
	});

	it("leaves a watch alone when its own plan is none", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		await rig.seconds(40);
		await expect(rig.deploy("1.2.0", { plan: "canry" })).rejects.toMatchObject({ code: "plan.unknown-plan" });
		expect(rig.state(id)).toMatchObject({ promoted: true, status: "running" });
	});

	it("ends the watch of the rollout before", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const first = await rig.deploy("1.1.0");
		while (!rig.state(first).promoted) await rig.seconds(1);
		expect(rig.state(first).status).toBe("running");
		const second = await rig.deploy("1.2.0");
		expect(rig.state(first).status).toBe("superseded");
		expect(rig.state(second).champion?.version).toBe("1.1.0");
	});

	it("needs a reason for a quarantined package, and records it", async () => {
		const rig = await ControlRig.open();
		rig.failing = (version) => (version === "1.1.0" ? 0.6 : 0);
		await rig.champion();
		await rig.deploy("1.1.0");
		await rig.seconds(60);
		await expect(rig.deploy("1.1.0")).rejects.toMatchObject({
			code: "deploy.quarantined",
			hint: expect.stringContaining("--accept"),
		});
		await expect(rig.deploy("1.1.0", { acceptQuarantined: "" })).rejects.toMatchObject({ code: "deploy.quarantined" });
		const id = await rig.deploy("1.1.0", { acceptQuarantined: "the data was at fault" });
		expect(rig.state(id).reason).toBe("the data was at fault");
	});

	it("refuses a plan it cannot read and starts nothing", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const events = rig.rows.length;
		const plan = [{ canary: { weight: "120%", hold: "1m" } }];
		await expect(rig.deploy("1.1.0", { plan })).rejects.toMatchObject({ path: expect.stringContaining("weight") });
		expect(rig.rows.length).toBe(events);
	});
});
