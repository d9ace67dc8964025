import { describe, expect, it } from "vitest";
import { endpointFile, endpointFileJsonSchema } from "./endpoint-file.ts";

const least = { endpoint: "credit-risk", model: "credit-risk", owner: { team: "risk-ml", contact: "risk-ml@example.com" } };

describe("the shape of endpoint.yaml", () => {
	it("takes every key of the language, stages inline and left empty included", () => {
		const file = {
			...least,
			owner: { ...least.owner, oncall: "pagerduty:PABC12" },
			risk: { stakes: "high", reversible: false },
			plan: ["validate", { canary: { weight: "10%", hold: "180s", gates: ["error_rate <= 1%"] } }, { promote: null }],
			automation: "assisted",
			objectives: { latency_p99: "250ms", error_rate: "1%", auc: { min: 0.8 }, log_loss: { max: 0.5 } },
			business_metrics: { approval_value: { kind: "mean", direction: "up", primary: true } },
			evaluation: { holdout: "holdout.csv", slices: ["Home"] },
			checks: { off: [] },
			timeout: "500ms",
			fallback: [{ version: "champion" }, { value: { decision: "refer" } }],
			output_limits: { score: [0, 1] },
			sticky: ["header:x-user-id", "input:applicant_id"],
			keep_warm: "72h",
		};
		expect(endpointFile.parse(file)).toEqual(file);
	});

	it.each([
		{ timout: "1s" },
		{ endpoint: "Credit Risk" },
		{ timeout: 500 },
		{ plan: [{ canry: null }] },
		{ output_limits: { score: [0] } },
		{ sticky: ["cookie:a"] },
	])("refuses what no parser could take: %j", (change) => {
		expect(endpointFile.safeParse({ ...least, ...change }).success).toBe(false);
	});

	it("is a JSON Schema that editors can read, closed to unknown keys", () => {
		const schema = endpointFileJsonSchema();
		expect(schema).toMatchObject({ type: "object", additionalProperties: false, required: ["endpoint", "model", "owner"] });
		expect(Object.keys(schema["properties"] as object)).toContain("keep_warm");
	});
});
