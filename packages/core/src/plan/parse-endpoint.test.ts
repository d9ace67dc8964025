import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENDPOINT_KEYS, endpointNotices, parseEndpoint } from "./parse-endpoint.ts";
import { PLAN_REFUSAL_CODES } from "./plan-refusals.ts";

const least = { endpoint: "credit-risk", model: "credit-risk", owner: { team: "risk-ml", contact: "risk-ml@example.com" } };
const full = {
	...least,
	owner: { ...least.owner, oncall: "pagerduty:PABC12" },
	risk: {
		stakes: "high",
		reversible: false,
		detection: "hours",
		cost_of_delay: "low",
		label_delay: "30d",
		regulated: true,
		flags: "none",
	},
	plan: [{ canary: { weight: "10%", hold: "180s", gates: ["latency_p99 <= objective"] } }, { promote: null }],
	automation: "manual",
	objectives: { latency_p99: "250ms", error_rate: "1%", auc: { min: 0.8 } },
	business_metrics: { approval_value: { kind: "mean", direction: "up", primary: true } },
	labels: { output: "score" },
	evaluation: {
		holdout: "holdout.csv",
		label: "Status",
		primary: "auc",
		slices: ["Home", "Job"],
		protected: ["Age"],
		load: "50/s",
	},
	checks: { off: ["H03"] },
	timeout: "500ms",
	fallback: [{ version: "champion" }, { value: { decision: "refer" } }, { review: true }],
	output_limits: { score: [0, 1] },
	sticky: ["header:X-User-Id", "input:applicant_id"],
	keep_warm: "24h",
};

describe("endpoint.yaml", () => {
	it("is compiled to numbers, with its plan's objectives filled in", () => {
		const result = parseEndpoint(full);
		expect(result).toMatchObject({
			ok: true,
			value: {
				owner: { onCall: "pagerduty:PABC12" },
				automation: "manual",
				objectives: { latencyUs: { latency_p99: 250_000 }, errorRatio: 0.01, quality: { auc: 0.8 } },
				timeoutMs: 500,
				keepWarmMs: 86_400_000,
				outputLimits: { score: [0, 1] },
				sticky: [
					{ from: "header", name: "x-user-id" },
					{ from: "input", name: "applicant_id" },
				],
				checks: { off: ["H03"] },
				businessPrimary: "approval_value",
				risk: full.risk,
				fallback: full.fallback,
				evaluation: full.evaluation,
				plan: { name: "inline", stages: [{ gates: [{ bound: { kind: "absolute", value: 250_000 } }] }, { kind: "promote" }] },
			},
		});
		expect(Object.keys(full).sort()).toEqual([...ENDPOINT_KEYS].sort());
	});

	it("needs only a name, a model and an owner", () => {
		const result = parseEndpoint(least);
		expect(result).toMatchObject({
			value: {
				timeoutMs: 1_000,
				keepWarmMs: 259_200_000,
				automation: "assisted",
				plan: { name: "canary" },
				sticky: [],
				fallback: null,
			},
		});
		if (result.ok) expect(endpointNotices(result.value)).toEqual([]);
	});

	it("says what it keeps but does not do yet", () => {
		const result = parseEndpoint(full);
		expect(result.ok && endpointNotices(result.value).map((notice) => notice.split(" ")[0])).toEqual(["fallback", "evaluation"]);
	});

	it.each([
		[{ timout: "1s" }, "endpoint.unknown-key", 'key "timout" is not known (timout)', "did you mean timeout?"],
		[{ endpoint: "Credit Risk" }, "endpoint.invalid-name", 'endpoint "Credit Risk" is not a name', ""],
		[{ model: "-a" }, "endpoint.invalid-name", "model", ""],
		[{ endpoint: "a".repeat(64) }, "endpoint.invalid-name", "endpoint", ""],
		[{ endpoint: null }, "endpoint.missing-key", "endpoint is missing (endpoint)", "write endpoint: credit-risk"],
		[{ owner: undefined }, "endpoint.missing-key", "owner is missing", ""],
		[{ owner: { team: "a" } }, "endpoint.missing-key", "contact is missing (owner.contact)", ""],
		[{ owner: { ...least.owner, on_call: "x" } }, "endpoint.unknown-key", "owner.on_call", "did you mean oncall?"],
		[{ owner: "me" }, "endpoint.invalid-value", "owner", ""],
		[{ automation: "auto" }, "endpoint.invalid-value", "automation", ""],
		[{ timeout: 500 }, "endpoint.invalid-value", "timeout is 500, not a duration", "write the unit: 500s or 500ms"],
		[{ timeout: "0ms" }, "endpoint.out-of-range", "timeout 0ms is below 1 ms", ""],
		[{ keep_warm: "1000d" }, "endpoint.out-of-range", "keep_warm", ""],
		[{ objectives: { latency_p99: "fast" } }, "endpoint.invalid-value", "objectives.latency_p99", ""],
		[{ objectives: { latncy_p99: "1s" } }, "endpoint.unknown-key", 'objective "latncy_p99"', "did you mean latency_p99?"],
		[{ objectives: { error_rate: 1 } }, "endpoint.invalid-value", "error_rate", "write the percent sign: 1%"],
		[{ objectives: { error_rate: "101%" } }, "endpoint.out-of-range", "error_rate 101% is above 99%", ""],
		[{ objectives: { auc: 0.8 } }, "endpoint.invalid-value", "auc", ""],
		[{ objectives: { auc: { max: 0.8 } } }, "endpoint.unknown-key", "objectives.auc.max", ""],
		[{ objectives: { auc: { min: 80 } } }, "endpoint.out-of-range", "min 80 is not between 0 and 1", ""],
		[{ output_limits: { score: [1, 0] } }, "endpoint.out-of-range", "output_limits.score", ""],
		[{ output_limits: { score: [0] } }, "endpoint.invalid-value", "output_limits.score", "write score: [0, 1]"],
		[{ sticky: ["cookie:a"] }, "endpoint.invalid-value", "sticky[0]", "write header:x-user-id or input:applicant_id"],
		[{ sticky: "header:a" }, "endpoint.invalid-value", "sticky", ""],
		[{ checks: { on: [] } }, "endpoint.unknown-key", "checks.on", ""],
		[{ checks: { evaluation_age: 90 } }, "endpoint.invalid-value", "checks.evaluation_age", ""],
		[{ checks: { evaluation_age: "1h" } }, "endpoint.out-of-range", "checks.evaluation_age", ""],
		[{ fallback: {} }, "endpoint.invalid-value", "fallback", ""],
		[{ risk: { stake: "high" } }, "endpoint.unknown-key", "risk.stake", "did you mean stakes?"],
		[{ evaluation: { holdout: new Date(0) } }, "endpoint.invalid-value", "evaluation", "put dates in quotes"],
		[
			{ business_metrics: { a: { primary: true }, b: { primary: true } } },
			"endpoint.invalid-value",
			"a and b are both primary",
			"",
		],
		[{ plan: "guarded" }, "plan.needs-business-metric", "guarded", ""],
		[
			{ plan: [{ canary: { weight: "120%", hold: "1s" } }] },
			"plan.out-of-range",
			"weight 120% is above 100% (plan[0].canary.weight)",
			"",
		],
		[
			{ plan: [{ canary: { weight: "1%", hold: "1s", gates: ["latency_p99 <= objective"] } }] },
			"plan.objective-missing",
			"latency_p99",
			"",
		],
	])("is refused at its place: %j", (change, code, words, hint) => {
		const result = parseEndpoint({ ...least, ...change });
		expect(result).toMatchObject({ ok: false, refusal: { code } });
		if (result.ok) return;
		expect(result.refusal.message).toContain(words);
		expect(result.refusal.hint).toContain(hint);
	});

	it("is refused when it is no map at all", () => {
		for (const raw of [null, undefined, "x", 3, [], new Map()]) {
			expect(parseEndpoint(raw)).toMatchObject({ refusal: { code: "endpoint.invalid-value", path: "endpoint.yaml" } });
		}
	});

	it("is refused, not followed, when it contains itself", () => {
		const loop: Record<string, unknown> = {};
		loop["value"] = loop;
		expect(parseEndpoint({ ...least, fallback: [loop] })).toMatchObject({ refusal: { code: "endpoint.invalid-value" } });
	});

	it("never makes reading throw, whatever its values are", () => {
		const value = fc.oneof(fc.jsonValue(), fc.anything());
		const entry = fc.constantFrom(...ENDPOINT_KEYS).chain((key) => value.map((found) => ({ ...full, [key]: found })));
		const nested = fc
			.constantFrom("owner", "risk", "objectives", "evaluation", "checks", "output_limits", "business_metrics")
			.chain((key) =>
				fc
					.dictionary(fc.constantFrom("team", "auc", "latency_p99", "off", "__proto__", "score"), value)
					.map((map) => ({ ...full, [key]: map })),
			);
		fc.assert(
			fc.property(fc.oneof(entry, nested, value), (raw) => {
				const result = parseEndpoint(raw);
				if (!result.ok) expect(PLAN_REFUSAL_CODES).toContain(result.refusal.code);
			}),
		);
	});
});
