import { createHash } from "node:crypto";
import { encodeModel } from "../encode-onnx.ts";
import { manifestText, tensorSchema } from "../package-fixture.ts";
import type { BadInput, Files } from "./bad-input.ts";

const SHA = `--hash=sha256:${"ab".repeat(32)}`;
const EVAL_SHA = "cd".repeat(32);
const DAY_MS = 86_400_000;
const CREATED = Date.UTC(2026, 10, 1);

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A package with a report; `changes` replace parts of it. */
function reported(changes: Readonly<Record<string, unknown>>, evalSha256 = EVAL_SHA): Files {
	const report = {
		schemaVersion: 1,
		createdAt: new Date(CREATED).toISOString(),
		model: { name: "credit-risk", version: "1.1.0", weightsDigest: `sha256:${sha256(encodeModel())}` },
		datasets: [{ name: "holdout", sha256: evalSha256, rows: 100 }],
		metrics: [{ name: "auc", value: 0.8 }],
		thresholds: [{ metric: "auc", op: ">=", value: 0.7 }],
		tool: { name: "evaluate", version: "1.0.0" },
		...changes,
	};
	const datasets =
		`datasets: [ { name: train, version: 2026-10-31T00:00:00Z, sha256: ${"ab".repeat(32)}, role: train }, ` +
		`{ name: holdout, version: 2026-10-31T00:00:00Z, sha256: ${evalSha256}, role: eval } ]`;
	return {
		"evaluation.json": JSON.stringify(report),
		"model.yaml": manifestText({ evaluation: "evaluation: evaluation.json", datasets }),
	};
}

const locked = (text: string): Files => ({
	"requirements.lock": text,
	"model.yaml": manifestText({ dependencies: "dependencies: requirements.lock" }),
});

const answers = (labels: readonly string[]): string =>
	JSON.stringify({
		type: "object",
		properties: { score: { enum: labels, "x-tensor": { datatype: "FP32", shape: [2] } } },
		required: ["score"],
		additionalProperties: false,
	});

/** Inputs 63 to 67: secrets, reports, dependencies, schemas, room. */
export const BAD_EVIDENCE: readonly BadInput[] = [
	{
		number: 63,
		what: "a token in the output of a notebook",
		code: "secret.found",
		says: /analysis\.ipynb.*NGHD/,
		files: {
			"analysis.ipynb": JSON.stringify({
				cells: [{ cell_type: "code", outputs: [{ text: [`token: ${"hf_"}${"qRfHkYjhZcNRoKOBtGzmmFQJWPOaWtNGHD"}\n`] }] }],
			}),
		},
	},
	{
		number: 64,
		what: "a report on other weights",
		code: "evaluation.model",
		says: /weightsDigest|weights/,
		files: reported({ model: { name: "credit-risk", version: "1.1.0", weightsDigest: `sha256:${"0".repeat(64)}` } }),
	},
	{
		number: 64,
		what: "a report of 91 days ago",
		code: "evaluation.stale",
		says: /91 days/,
		files: reported({}),
		atDeploy: { now: CREATED + 91 * DAY_MS + 1000 },
	},
	{
		number: 64,
		what: "training data as evaluation data",
		code: "evaluation.leak",
		says: /train/,
		files: reported({}, "ab".repeat(32)),
	},
	{
		number: 64,
		what: "a threshold that is not kept",
		code: "evaluation.threshold",
		says: /auc/,
		files: reported({ thresholds: [{ metric: "auc", op: ">=", value: 0.9, pass: true }] }),
	},
	{
		number: 64,
		what: "a metric that is no number",
		code: "evaluation.metric",
		says: /auc/,
		files: reported({ metrics: [{ name: "auc", value: "NaN" }] }),
	},
	{ number: 65, what: "a range of versions", code: "dependency.unpinned", says: /torch/, files: locked(`torch>=2 ${SHA}\n`) },
	{ number: 65, what: "a missing hash", code: "dependency.unhashed", says: /torch/, files: locked("torch==2.10.0\n") },
	{
		number: 65,
		what: "a package from version control",
		code: "dependency.source",
		says: /git/,
		files: locked("git+https://example.com/a.git#egg=a\n"),
	},
	{
		number: 65,
		what: "a second index",
		code: "dependency.option",
		says: /extra-index-url/,
		files: locked(`--extra-index-url https://example.com\ntorch==2.10.0 ${SHA}\n`),
	},
	{
		number: 66,
		what: "one more label with a patch",
		code: "schema.breaking",
		says: /need 2\.0\.0/,
		files: { "output.schema.json": answers(["good", "bad", "maybe"]) },
		atDeploy: {
			champion: {
				version: "1.0.9",
				inputSchema: JSON.parse(tensorSchema("features")),
				outputSchema: JSON.parse(answers(["good", "bad"])),
			},
		},
	},
	{
		number: 67,
		what: "4 GiB on a host of 2",
		code: "resources.host",
		says: /4\.0 GiB.*2\.0 GiB/,
		files: { "model.yaml": manifestText({ resources: "resources: { cpu: 1, memory: 4Gi, disk: 1Gi, gpu: 0 }" }) },
		atDeploy: { memoryBytes: 2 * 2 ** 30 },
	},
];
