import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { encodeModel } from "../../testing/encode-onnx.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import type { CheckPackageOptions } from "../check-package.ts";
import { checkPackage } from "../check-package.ts";

const NOW = Date.parse("2026-11-21T00:00:00Z");
const HOLDOUT = "cd".repeat(32);
const TRAIN = "ab".repeat(32);
const DATASETS = `datasets: [ { name: train, version: 2026-10-31T00:00:00Z, sha256: ${TRAIN}, role: train }, { name: holdout, version: 2026-10-31T00:00:00Z, sha256: ${HOLDOUT}, role: eval } ]`;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const report = {
	schemaVersion: 1,
	createdAt: "2026-11-01T00:00:00Z",
	model: { name: "credit-risk", version: "1.1.0", weightsDigest: `sha256:${sha256(encodeModel())}` },
	datasets: [{ name: "holdout", sha256: HOLDOUT, rows: 100 }],
	metrics: [
		{ name: "auc", value: 0.83, ciLow: 0.8, ciHigh: 0.86 },
		{ name: "auc", value: 0.79, slice: "Home=rent" },
		{ name: "rmse", value: 12 },
	],
	thresholds: [
		{ metric: "auc", op: ">=", value: 0.8 },
		{ metric: "auc", op: ">", value: 0.7, slice: "Home=rent" },
	],
	tool: { name: "scikit-learn", version: "1.9.1" },
};

async function judge(text: string | object, options: CheckPackageOptions = {}, files: Record<string, string | Uint8Array> = {}) {
	const folder = await writePackage(
		packageFiles({
			"model.yaml": manifestText({ evaluation: "evaluation: evaluation.json", datasets: DATASETS }),
			"evaluation.json": typeof text === "string" ? text : JSON.stringify(text),
			...files,
		}),
	);
	const { results } = await checkPackage(folder, { now: NOW, ...options });
	return results.find((result) => result.id === "H04")!;
}

const metrics = (...metric: object[]): object => ({
	...report,
	metrics: metric,
	thresholds: [{ metric: "auc", op: ">=", value: 0.1 }],
});

describe("H04", () => {
	it("passes a report of these weights on the data of the manifest, and says what it did not compute", async () => {
		expect(await judge(report)).toMatchObject({
			status: "pass",
			message: "auc 0.83, auc of Home=rent 0.79, rmse 12",
			notVerified: [expect.stringContaining("metrics themselves")],
		});
	});

	it.each<[string, string | object, string, string]>([
		[
			"of other weights",
			{ ...report, model: { ...report.model, weightsDigest: `sha256:${TRAIN}` } },
			"evaluation.model",
			`of the weights sha256:${TRAIN}, model.onnx has sha256:`,
		],
		[
			"of another version",
			{ ...report, model: { ...report.model, version: "1.0.0" } },
			"evaluation.model",
			"about credit-risk@1.0.0, the package is credit-risk@1.1.0",
		],
		[
			"91 days old",
			{ ...report, createdAt: "2026-08-22T00:00:00Z" },
			"evaluation.stale",
			"made 91 days ago (2026-08-22T00:00:00.000Z), at most 90",
		],
		["from the future", { ...report, createdAt: "2026-11-22T00:00:00Z" }, "evaluation.malformed", "in the future"],
		[
			"on training data",
			{ ...report, datasets: [{ name: "holdout", sha256: TRAIN }] },
			"evaluation.leak",
			"is that of the training data train",
		],
		[
			"on other data of the same name",
			{ ...report, datasets: [{ name: "holdout", sha256: "ef".repeat(32) }] },
			"evaluation.data",
			`the manifest says ${HOLDOUT}`,
		],
		[
			"on data that the manifest does not list",
			{ ...report, datasets: [{ name: "test", sha256: "ef".repeat(32) }] },
			"evaluation.data",
			"lists no such data set",
		],
		[
			"whose threshold is claimed to pass and does not",
			{ ...report, thresholds: [{ metric: "auc", op: ">=", value: 0.9, passed: true }] },
			"evaluation.threshold",
			"auc is 0.83, which does not meet >= 0.9, though it claims to",
		],
		[
			"whose threshold of a slice does not pass",
			{ ...report, thresholds: [{ metric: "auc", op: ">=", value: 0.8, slice: "Home=rent" }] },
			"evaluation.threshold",
			"auc of Home=rent is 0.79",
		],
		[
			"with a threshold on nothing",
			{ ...report, thresholds: [{ metric: "f1", op: ">=", value: 0.9 }] },
			"evaluation.threshold",
			"not among the metrics",
		],
		["with NaN as Python writes it", '{\n"metrics": [{"name": "auc", "value": NaN}]}', "evaluation.metric", "a value is NaN"],
		[
			"with null for a metric",
			metrics({ name: "auc", value: null }),
			"evaluation.metric",
			"auc is null, it must be a finite number",
		],
		["with 'NaN' in quotes", metrics({ name: "auc", value: "NaN" }), "evaluation.metric", 'auc is "NaN"'],
		["with an infinite metric", JSON.stringify(report).replace("0.83", "1e999"), "evaluation.metric", "finite number"],
		[
			"with an accuracy of 83",
			metrics({ name: "auc", value: 0.8 }, { name: "accuracy", value: 83 }),
			"evaluation.metric",
			"accuracy is 83, it must be between 0 and 1",
		],
		[
			"with a negative error",
			metrics({ name: "auc", value: 0.8 }, { name: "rmse", value: -1 }),
			"evaluation.metric",
			"rmse is -1, it must be at least 0",
		],
		[
			"with a value outside its interval",
			metrics({ name: "auc", value: 0.9, ciLow: 0.7, ciHigh: 0.8 }),
			"evaluation.metric",
			"outside its own interval [0.7, 0.8]",
		],
		["without a date", { ...report, createdAt: undefined }, "evaluation.malformed", "createdAt is missing"],
		["with a date that is none", { ...report, createdAt: "yesterday" }, "evaluation.malformed", 'createdAt is "yesterday"'],
		["without metrics", { ...report, metrics: [] }, "evaluation.malformed", "metrics is"],
		["without data", { ...report, datasets: [] }, "evaluation.malformed", "datasets is"],
		[
			"with an operator that is none",
			{ ...report, thresholds: [{ metric: "auc", op: "=>", value: 0.9 }] },
			"evaluation.malformed",
			'thresholds[0].op is "=>"',
		],
		["of another form", { ...report, schemaVersion: 2 }, "evaluation.malformed", "schemaVersion is 2, it must be 1"],
		["without a tool", { ...report, tool: undefined }, "evaluation.malformed", "tool is missing"],
		["that is a list", "[]", "evaluation.malformed", "the report is [], it must be an object"],
		["that is no JSON", "{", "file.unreadable", "is not JSON"],
	])("refuses a report %s", async (_, text, code, words) => {
		const result = await judge(text);
		expect(result).toMatchObject({ status: "fail", severity: "block", hint: expect.stringMatching(/\w{3}/) });
		expect(result.findings).toContainEqual(expect.objectContaining({ code, message: expect.stringContaining(words) }));
	});

	it("lists every field that is wrong", async () => {
		const result = await judge({ schemaVersion: 1 });
		expect(result.findings!.length).toBeGreaterThan(6);
	});

	it("takes the age that the policy allows", async () => {
		const old = { ...report, createdAt: "2025-11-21T00:00:00Z" };
		expect((await judge(old, { evaluationMaxAgeDays: 400 })).status).toBe("pass");
		expect((await judge(old, { evaluationMaxAgeDays: Number.POSITIVE_INFINITY })).status).toBe("pass");
		expect((await judge(report, { evaluationMaxAgeDays: 10 })).code).toBe("evaluation.stale");
	});

	it("warns of a report without thresholds", async () => {
		expect(await judge({ ...report, thresholds: [] })).toMatchObject({ status: "fail", severity: "warn" });
	});

	it("says which weights a digest of one file does not cover", async () => {
		const more = { "extra.bin": new Uint8Array([1, 2, 3]) };
		expect((await judge(report, {}, more)).notVerified).toContain(
			"whether the evaluation is of extra.bin: its digest is that of model.onnx alone",
		);
	});
});
