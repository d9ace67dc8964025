import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { PYTHON_MISSING } from "./python-missing.ts";
import { pythonWith } from "./python-with.ts";

describe.skipIf(PYTHON_MISSING)("pythonWith", () => {
	it("gives a Python with the pinned packages, the same to all who ask at once", { timeout: 600_000 }, async () => {
		const [first, second] = await Promise.all([pythonWith("readers.txt"), pythonWith("readers.txt")]);
		const program = "import safetensors, numpy, onnx; print(safetensors.__version__, numpy.__version__, onnx.__version__)";
		expect(execFileSync(first, ["-c", program], { encoding: "utf8" }).trim()).toBe("0.8.0 2.4.6 1.23.2");
		expect(second).toBe(first);
	});

	it("says what it could not install", { timeout: 600_000 }, async () => {
		await expect(pythonWith("python-with.ts")).rejects.toThrow("the packages of python-with.ts could not be installed");
	});
});
