import { describe, expect, it } from "vitest";
import { ControlRig } from "../testing/control-rig.ts";

/** 10 %, then 50 %: there is something beyond the first canary. */
const TWO_CANARIES = [
	{ validate: null },
	{ canary: { weight: "10%", hold: "15s", min_requests: 1, on_unknown: "promote", gates: ["error_rate <= 10%"] } },
	{ canary: { weight: "50%", hold: "15s", min_requests: 1 } },
	{ promote: null },
	{ watch: { hold: "60s" } },
];

async function onTrial(rig: ControlRig): Promise<string> {
	await rig.champion();
	return rig.deploy("1.1.0", { plan: TWO_CANARIES });
}

function reading(rig: ControlRig): () => void {
	let done = (): void => {};
	rig.packages.whenRead = () => new Promise((resolve) => (done = resolve));
	return () => done();
}

const digestOf = (rig: ControlRig, version: string) => rig.keeper.installation.findPackage("credit-risk", version)!.digest;

describe("a package that the checks only sampled", () => {
	it("stays at its first canary until every byte was read in the background, once", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const done = reading(rig);
		const id = await rig.deploy("1.1.0", { plan: TWO_CANARIES });
		await rig.seconds(40);
		expect(rig.types(id)).toContain("VerificationAwaited");
		expect(rig.state(id)).toMatchObject({ status: "running", weightPercent: 10, heldBy: expect.stringContaining("L2") });
		expect(rig.packages.read.filter((digest) => digest === digestOf(rig, "1.1.0"))).toHaveLength(1);
		done();
		await rig.seconds(3);
		expect(rig.types(id)).toContain("PackageVerified");
		expect(rig.state(id)).toMatchObject({ weightPercent: 50, heldBy: null });
	});

	it("is read again by the control process that comes after one that was killed", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		reading(rig);
		const id = await rig.deploy("1.1.0", { plan: TWO_CANARIES });
		await rig.seconds(40);
		const next = await rig.restart();
		await next.seconds(4);
		expect(next.packages.read).toEqual([digestOf(rig, "1.1.0")]);
		expect(next.state(id).weightPercent).toBe(50);
	});

	it("is rolled back and put in quarantine when its bytes are others, naming the file", async () => {
		const rig = await ControlRig.open();
		await rig.champion();
		const digest = digestOf(rig, "1.1.0");
		rig.packages.corrupt.set(digest, "model.onnx was changed after it was hashed");
		const id = await rig.deploy("1.1.0", { plan: TWO_CANARIES });
		await rig.seconds(20);
		expect(rig.state(id)).toMatchObject({ status: "rolled-back", rollback: { trigger: "package" } });
		expect(rig.state(id).rollback?.because).toContain("model.onnx was changed");
		expect(rig.keeper.installation.packages.get(digest)?.quarantined).toContain("model.onnx");
	});

	it("that cannot be read counts as damaged", async () => {
		const rig = await ControlRig.open();
		rig.packages.whenRead = async () => {
			if (rig.packages.read.length > 1) throw new Error("input/output error");
		};
		const id = await onTrial(rig);
		await rig.seconds(20);
		expect(rig.state(id).rollback?.because ?? rig.keeper.installation.refusals.get(id)).toContain("input/output error");
	});
});
