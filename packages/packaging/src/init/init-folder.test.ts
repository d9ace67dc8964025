import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPackage } from "../checks/check-package.ts";
import { renderChecks } from "../checks/render-checks.ts";
import { encodeModel } from "../testing/encode-onnx.ts";
import { writePackage } from "../testing/package-fixture.ts";
import { initFolder } from "./init-folder.ts";

describe("a first manifest", () => {
	it("is drafted from the ONNX file, with every gap marked, and passes once the gaps are filled", async () => {
		const folder = await writePackage({
			"model.onnx": encodeModel(),
			"CHANGES.md": "First version: a made-up score of two columns.",
		});
		const { written, gaps } = await initFolder(folder);
		expect(written).toEqual(["input.schema.json", "output.schema.json", "model.yaml"]);
		expect(gaps.map((gap) => gap.split(":")[0])).toEqual([
			"owner.team",
			"owner.contact",
			"examples",
			"features",
			"dependencies",
			"datasets",
			"training",
			"evaluation",
		]);
		const drafted = await checkPackage(folder);
		expect(drafted.results.find((result) => result.id === "M01")?.status).toBe("fail");
		expect(renderChecks(drafted)).toMatch(/^ +model\.yaml:\d+:\d+: evaluation is empty/m);
		const path = join(folder, "model.yaml");
		const filled = (await readFile(path, "utf8"))
			.replace(/team: .*/, "team: risk-ml")
			.replace(/contact: .*/, "contact: risk@example.com")
			.replace(/: +# fill in.*/g, ': { none: "a first try" }');
		await writeFile(path, filled);
		const summary = await checkPackage(folder);
		expect(renderChecks(summary)).not.toContain("FAIL");
		expect(summary.verdict).toBe("pass");
	});

	it("never replaces one that is there", async () => {
		const folder = await writePackage({ "model.onnx": encodeModel(), "model.yaml": "mine" });
		await expect(initFolder(folder)).rejects.toMatchObject({ code: "init.exists" });
		expect(await readFile(join(folder, "model.yaml"), "utf8")).toBe("mine");
	});

	it("uses the schemas and parts that are there", async () => {
		const folder = await writePackage({
			"model.onnx": encodeModel(),
			"input.schema.json": "{}",
			"features.json": "{}",
			"pre.mjs": "",
		});
		expect((await initFolder(folder)).written).toEqual(["output.schema.json", "model.yaml"]);
		const text = await readFile(join(folder, "model.yaml"), "utf8");
		expect(text).toContain("features: features.json");
		expect(text).toContain("pre: pre.mjs");
	});

	it("needs a model", async () => {
		await expect(initFolder(await writePackage({ "readme.md": "x" }))).rejects.toMatchObject({ code: "init.nothing" });
	});
});
