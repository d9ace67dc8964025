import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { hostFacts } from "./host-facts.ts";

it("this machine has memory, disk and cores, and says which exact versions run models here", async () => {
	const { memoryBytes, diskFreeBytes, cpus, gpus, versions } = await hostFacts(tmpdir());
	for (const figure of [memoryBytes, diskFreeBytes, cpus]) expect(figure).toBeGreaterThan(0);
	expect(Number.isInteger(gpus)).toBe(true);
	expect(versions).toEqual({ node: process.versions.node, onnxruntime: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});
