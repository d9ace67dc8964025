import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../testing/encode-onnx.ts";
import { manifestText, packageFiles, temporaryFolder, writePackage } from "../testing/package-fixture.ts";
import type { IngestOptions } from "./ingest-folder.ts";
import { openPackageStore, type PackageStore } from "./package-store.ts";

async function push(
	store: PackageStore,
	version: string,
	changes: string,
	more: Record<string, string> = {},
	options: IngestOptions = {},
) {
	const lines = { version: `version: "${version}"`, changes: `changes: { ${changes}, notes: CHANGES.md }`, ...more };
	const weightsDigest = `sha256:${createHash("sha256").update(encodeModel()).digest("hex")}`;
	const evaluation = {
		schemaVersion: 1,
		createdAt: "2020-01-01T00:00:00Z",
		model: { name: "credit-risk", version, weightsDigest },
		datasets: [{ name: "holdout", sha256: "cd".repeat(32) }],
		metrics: [{ name: "auc", value: 0.8 }],
		thresholds: [{ metric: "auc", op: ">=", value: 0.7 }],
		tool: { name: "none", version: "1" },
	};
	const files = packageFiles({ "model.yaml": manifestText(lines), "evaluation.json": JSON.stringify(evaluation) });
	return store.ingestFolder(await writePackage(files), options);
}

describe("a store with versions of a model", () => {
	it("refuses a version below a published one of its line, and nothing of it stays", async () => {
		const store = await openPackageStore(await temporaryFolder());
		const { digest } = await push(store, "1.1.0", "previous: null");
		await push(store, "1.1.2", `previous: credit-risk@1.1.0, previousDigest: "${digest}"`);
		await expect(push(store, "1.1.1", "previous: credit-risk@1.1.0")).rejects.toMatchObject({
			code: "package.refused",
			message: expect.stringContaining("version 1.1.1 is below 1.1.2, which is published"),
		});
		await expect(push(store, "1.2.0", "previous: credit-risk@1.0.9")).rejects.toThrow(/which is not published here/);
		expect((await store.list()).map(({ version }) => version).sort()).toEqual(["1.1.0", "1.1.2"]);
		expect(await readdir(join(store.root, "incoming"))).toEqual([]);
	});

	it("takes an older version once more when it is the very same", async () => {
		const store = await openPackageStore(await temporaryFolder());
		await push(store, "1.1.0", "previous: null");
		await push(store, "1.1.2", "previous: credit-risk@1.1.0");
		expect((await push(store, "1.1.0", "previous: null")).existed).toBe(true);
	});

	it("brings back a version whose folder was lost, below newer ones too, and takes nothing else under its number", async () => {
		const store = await openPackageStore(await temporaryFolder());
		const first = await push(store, "1.1.0", "previous: null");
		const second = await push(store, "1.1.2", "previous: credit-risk@1.1.0");
		const published = async () => [first, second].map(({ digest, manifest: { version } }) => ({ version, digest }));
		for (const { digest } of [first, second]) await rm(await store.path(digest), { recursive: true });
		const other = push(store, "1.1.2", "previous: null", {}, { published });
		await expect(other).rejects.toMatchObject({ code: "version.immutable", message: expect.stringContaining(second.digest) });
		expect(await store.list()).toEqual([]);
		const back = await push(store, "1.1.0", "previous: null", {}, { published });
		expect([back.digest, back.existed, await store.find(first.digest)]).toMatchObject([
			first.digest,
			false,
			{ version: "1.1.0" },
		]);
	});

	it("takes and verifies a version whose evaluation is old: how old it may be is the endpoint's policy", async () => {
		const store = await openPackageStore(await temporaryFolder());
		const datasets = `datasets: [ { name: holdout, version: 2019-10-31T00:00:00Z, sha256: ${"cd".repeat(32)}, role: eval } ]`;
		const evaluated = { evaluation: "evaluation: evaluation.json", datasets };
		const { digest } = await push(store, "1.1.0", "previous: null", evaluated);
		const { verdict, results } = await store.verify(digest);
		expect([verdict, results.find(({ id }) => id === "H04")?.status]).toEqual(["pass", "pass"]);
	});
});
