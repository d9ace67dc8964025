import { describe, expect, it } from "vitest";
import { ControlRig, PERSON } from "../testing/control-rig.ts";
import { FullDisk } from "../testing/full-disk.ts";
import { startControlLoop } from "./control-loop.ts";
import { deploy } from "./deploy.ts";

class Looped {
	readonly errors: unknown[] = [];
	passes = 0;
	readonly rig: ControlRig;
	readonly loop: ReturnType<typeof startControlLoop>;

	constructor(rig: ControlRig) {
		this.rig = rig;
		const { keeper, rollouts, effects, fleet, clock } = rig;
		this.loop = startControlLoop({
			...{ keeper, rollouts, effects, fleet, clock },
			onError: (error) => this.errors.push(error),
			onPass: () => {
				this.passes++;
			},
		});
	}

	/** A second of traffic, and a pass that saw all of it. */
	async second(): Promise<void> {
		await this.rig.report();
		const before = this.passes;
		await this.until(() => this.passes >= before + 2);
	}

	async until(done: () => boolean): Promise<void> {
		while (!done()) {
			this.loop.nudge();
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
	}
}

describe("the control loop", () => {
	it("carries a rollout from the deploy to its end, and beats once a second", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0");
		const looped = new Looped(rig);
		const beats = rig.gateways[0]!.lines.length;
		for (let second = 0; second < 100; second++) await looped.second();
		await looped.loop.stop();
		expect(rig.state(id).status).toBe("completed");
		expect(looped.errors).toEqual([]);
		const heard = rig.gateways[0]!.lines.slice(beats).filter((line) => line.kind === "heartbeat").length;
		expect(heard).toBe(100);
	});

	it("reports a pass that failed, counts as alive, and tries again until it succeeds", async () => {
		const disk = new FullDisk();
		const rig = await ControlRig.open({ journal: (journal) => disk.wrap(journal) });
		await rig.champion();
		const id = await deploy(rig.keeper, rig.rollouts, { endpoint: "credit-risk", version: "1.1.0" }, PERSON);
		disk.isFull = () => true;
		const looped = new Looped(rig);
		await looped.until(() => looped.errors.length >= 3);
		expect(looped.passes).toBeGreaterThanOrEqual(2);
		expect(looped.errors[0]).toMatchObject({ code: "disk.full" });
		const before = rig.types(id).length;
		disk.isFull = () => false;
		await looped.until(() => rig.types(id).length > before);
		await looped.loop.stop();
	});

	it("never passes twice at once, however often it is nudged, and does nothing after it was stopped", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		let within = 0;
		let most = 0;
		const { keeper } = rig;
		const exclusively = keeper.exclusively.bind(keeper);
		keeper.exclusively = async (work) => {
			most = Math.max(most, ++within);
			await new Promise((resolve) => setTimeout(resolve, 3));
			return exclusively(work).finally(() => within--);
		};
		const looped = new Looped(rig);
		await looped.until(() => looped.passes >= 5);
		await looped.loop.stop();
		const { passes } = looped;
		looped.loop.nudge();
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect([most, looped.passes]).toEqual([1, passes]);
	});

	it("binds the evidence judged so far to the journal once a minute", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const id = await rig.deploy("1.1.0", {
			plan: [{ canary: { weight: "10%", hold: "1h", gates: ["error_rate <= 10%"] } }, { promote: null }],
		});
		const looped = new Looped(rig);
		const sealed = () => rig.keeper.installation.sealedTo.get("credit-risk");
		const judged = () => rig.rollouts.find(id)!.tracker.position;
		for (let second = 0; second < 59; second++) await looped.second();
		expect(sealed()).toBeLessThan(judged());
		await looped.second();
		await looped.loop.stop();
		expect(sealed()).toBe(judged());
	});
});
