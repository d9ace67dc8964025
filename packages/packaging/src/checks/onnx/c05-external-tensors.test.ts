import { describe, expect, it } from "vitest";
import { encodeModel, floats } from "../../testing/encode-onnx.ts";
import { packageFiles, writePackage } from "../../testing/package-fixture.ts";
import { checkPackage } from "../check-package.ts";

const external = { location: "weights.bin", offset: "0", length: "256" };

async function c05Of(weights: Uint8Array, name = "w") {
	const model = encodeModel({ tensors: [{ name, dims: [8, 8], external }] });
	const summary = await checkPackage(await writePackage(packageFiles({ "model.onnx": model, "weights.bin": weights })));
	return summary.results.find((result) => result.id === "C05")!;
}

describe("C05 on external data", () => {
	it("passes weights with values", async () => {
		const values = floats(...Array.from({ length: 64 }, (_, index) => Math.sin(index)));
		expect((await c05Of(values)).status).toBe("pass");
	});

	it("refuses weights that are entirely zero, but for states", async () => {
		expect(await c05Of(new Uint8Array(256))).toMatchObject({
			status: "fail",
			severity: "block",
			code: "weights.values",
			message: "model.onnx: tensor 'w' is entirely zero",
		});
		expect((await c05Of(new Uint8Array(256), "initial_state")).status).toBe("pass");
	});

	it("refuses NaN", async () => {
		const values = floats(...Array.from({ length: 64 }, (_, index) => (index === 63 ? Number.NaN : index)));
		expect((await c05Of(values)).message).toContain("'w' (1 NaN of 64 values)");
	});
});
