import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkPackage, checksReference, checkWeightFile, manifestReference, openPackageStore } from "./index.ts";
import { temporaryFolder } from "./testing/package-fixture.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const artefacts = join(repository, "../shared/data/artefacts");
const example = (version: string): string => join(repository, "examples/credit-risk/packages", `credit-risk-${version}`);

describe("real ONNX files", () => {
	it("of other tools all pass", async () => {
		const files = globSync("onnx/**/*.onnx", { cwd: artefacts });
		expect(files.length).toBeGreaterThanOrEqual(14);
		for (const file of files) {
			const { verdict, results } = await checkWeightFile(join(artefacts, file));
			expect({
				file,
				verdict,
				failed: results.filter((result) => result.status !== "pass" && result.status !== "skipped" && result.severity !== "info"),
			}).toEqual({
				file,
				verdict: "pass",
				failed: [],
			});
		}
	});

	it("that are damaged are all refused, naming the file", async () => {
		const files = globSync("onnx-hostile/*.onnx", { cwd: artefacts });
		expect(files.length).toBeGreaterThanOrEqual(2);
		for (const file of files) {
			const { verdict, results } = await checkWeightFile(join(artefacts, file));
			expect(verdict).toBe("fail");
			expect(results.find((result) => result.id === "C01")).toMatchObject({ status: "fail", file: file.split("/").at(-1) });
		}
	});
});

describe("the packages of the credit example", () => {
	it.each(["1.0.0", "1.1.0", "1.2.0"])("%s passes and can be stored and verified", async (version) => {
		expect(await checkPackage(example(version), { now: Date.UTC(2026, 10, 22) })).toMatchObject({ verdict: "pass" });
		const store = await openPackageStore(await temporaryFolder());
		const { digest } = await store.ingestFolder(example(version));
		expect(await store.verify(digest)).toMatchObject({ verdict: "pass", level: "L4" });
	});

	it("1.3.0 is refused, naming file and offset", async () => {
		const { verdict, results } = await checkPackage(example("1.3.0"), { now: Date.UTC(2026, 10, 22) });
		expect(verdict).toBe("fail");
		expect(results.find((result) => result.id === "C01")?.message).toMatch(
			/^model\.onnx is cut off: the graph at offset \d+ says [\d,]+ bytes, the file ends after [\d,]+ of them \(at offset [\d,]+\)$/,
		);
	});
});

describe("the reference pages", () => {
	it("are what the code says", () => {
		const page = (name: string): string => readFileSync(join(repository, "docs/reference", name), "utf8");
		expect(page("manifest.md")).toBe(manifestReference());
		expect(page("checks.md")).toBe(checksReference());
	});
});
