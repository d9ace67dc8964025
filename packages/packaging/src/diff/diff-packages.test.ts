import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../testing/encode-onnx.ts";
import { manifestText, packageFiles, tensorSchema, writePackage } from "../testing/package-fixture.ts";
import { diffPackages } from "./diff-packages.ts";
import type { PackageDiff } from "./package-diff.ts";
import { readPackageFacts } from "./read-package-facts.ts";

type Files = Record<string, string | Uint8Array | null>;

async function diff(before: Files, after: Files): Promise<PackageDiff> {
	const [a, b] = [await writePackage(packageFiles(before)), await writePackage(packageFiles(after))];
	return diffPackages(await readPackageFacts(a), await readPackageFacts(b));
}

const report = (metrics: readonly object[]) => JSON.stringify({ schemaVersion: 1, metrics });
const evaluated = { evaluation: "evaluation: evaluation.json" };

describe("the difference of two packages", () => {
	it("is nothing where the bytes are the same", async () => {
		const same = await diff({}, {});
		expect(same).toMatchObject({
			same: true,
			files: [],
			manifest: [],
			hyperparameters: [],
			metrics: [],
			templates: [],
			notCompared: [],
		});
		expect(same.schemas).toMatchObject({ changes: [], needed: "none", enough: true });
		expect(same.a).toEqual(same.b);
	});

	it("names files by what became of them, with their sizes", async () => {
		const model = encodeModel();
		const { files, same } = await diff(
			{ "old.txt": "x" },
			{ "new.txt": "four", "model.onnx": Buffer.concat([model, Buffer.of(0x72, 0)]) },
		);
		expect(same).toBe(false);
		expect(files).toEqual([
			{ path: "model.onnx", change: "changed", bytesBefore: model.length, bytesAfter: model.length + 2 },
			{ path: "new.txt", change: "added", bytesBefore: null, bytesAfter: 4 },
			{ path: "old.txt", change: "removed", bytesBefore: 1, bytesAfter: null },
		]);
	});

	it("keeps manifest, hyperparameters and data sets apart", async () => {
		const training = `training: { commit: ${"0f".repeat(20)}, hyperparameters: { seed: 43, depth: { max: 3 } } }`;
		const datasets = `datasets: [ { name: train, version: 2026-11-01T00:00:00Z, sha256: ${"ab".repeat(32)}, role: train } ]`;
		const changed = await diff({}, { "model.yaml": manifestText({ version: 'version: "1.2.0"', training, datasets }) });
		expect(changed.manifest).toEqual([{ path: "version", change: "changed", before: "1.1.0", after: "1.2.0" }]);
		expect(changed.hyperparameters).toEqual([
			{ path: "seed", change: "changed", before: 42, after: 43 },
			{ path: "depth", change: "added", after: { max: 3 } },
		]);
		expect(changed.datasets).toEqual([
			{
				name: "train",
				change: "changed",
				fields: [{ path: "version", change: "changed", before: "2026-10-31T00:00:00Z", after: "2026-11-01T00:00:00Z" }],
			},
		]);
	});

	it("judges the schemas by the step of the version", async () => {
		const next = { "model.yaml": manifestText({ version: 'version: "1.1.1"' }), "input.schema.json": tensorSchema("other") };
		const { schemas } = await diff({}, next);
		expect(schemas).toMatchObject({ needed: "major", declared: "patch", enough: false });
		expect(schemas.changes.length).toBeGreaterThan(0);
	});

	it("names features that came and went, and tells a new order", async () => {
		const files = (columns: unknown) => ({
			"model.yaml": manifestText({ features: "features: features.json" }),
			"features.json": JSON.stringify({ columns }),
		});
		expect((await diff(files(["a", "b", "c"]), files(["b", "a", { name: "d" }]))).features).toEqual({
			before: 3,
			after: 3,
			added: ["d"],
			removed: ["c"],
			reordered: true,
		});
		expect((await diff({}, files(["a"]))).features).toMatchObject({ before: null, after: 1, added: ["a"], reordered: false });
	});

	it("compares exact versions of dependencies", async () => {
		const hash = `--hash=sha256:${"ab".repeat(32)}`;
		const files = (lines: readonly string[]) => ({
			"model.yaml": manifestText({ dependencies: "dependencies: requirements.lock" }),
			"requirements.lock": lines.map((line) => `${line} ${hash}\n`).join(""),
		});
		expect((await diff(files(["numpy==2.1.0", "Old_One==1.0"]), files(["numpy==2.2.0", "new==1.0"]))).dependencies).toEqual([
			{ path: "numpy", change: "changed", before: "2.1.0", after: "2.2.0" },
			{ path: "old-one", change: "removed", before: "1.0" },
			{ path: "new", change: "added", after: "1.0" },
		]);
	});

	it("says of a metric whether it is better only where the metric table knows which way is", async () => {
		const files = (auc: number, loss: number, own: number) => ({
			"model.yaml": manifestText(evaluated),
			"evaluation.json": report([
				{ name: "auc", value: auc },
				{ name: "log_loss", value: loss, slice: "Home=rent" },
				{ name: "own", value: own },
			]),
		});
		const { metrics } = await diff(files(0.75, 0.5, 1), files(0.5, 0.25, 2));
		expect(metrics).toEqual([
			{ name: "auc", before: 0.75, after: 0.5, difference: -0.25, better: false },
			{ name: "log_loss where Home=rent", before: 0.5, after: 0.25, difference: -0.25, better: true },
			{ name: "own", before: 1, after: 2, difference: 1, better: null },
		]);
	});

	it("counts the lines of a chat template that changed", async () => {
		const template = (text: string) => ({ "chat_template.jinja": text });
		const { templates } = await diff(template("one\ntwo\nthree"), template("one\n2\nthree\nfour"));
		expect(templates).toEqual([{ name: "chat_template.jinja", change: "changed", linesAdded: 2, linesRemoved: 1 }]);
	});

	it("says what it could not read instead of calling it the same", async () => {
		const broken = { "model.yaml": manifestText(evaluated), "evaluation.json": "{" };
		expect((await diff(broken, broken)).notCompared).toEqual([
			expect.stringContaining("evaluation: evaluation.json is not JSON"),
		]);
	});

	it("of a folder without a manifest that can be read is an error that names the place", async () => {
		const folder = await writePackage(packageFiles());
		await writeFile(join(folder, "model.yaml"), "name: 7\n");
		await expect(readPackageFacts(folder)).rejects.toMatchObject({ code: expect.stringMatching(/^manifest\./) });
	});
});
