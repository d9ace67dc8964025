import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GatePlace } from "./metric-table.ts";
import type { Objectives } from "./objectives.ts";
import { parseGate } from "./parse-gate.ts";
import type { Gate } from "./plan.ts";
import { PLAN_REFUSAL_CODES } from "./plan-refusals.ts";
import { renderGate } from "./render-gate.ts";

const objectives: Objectives = { latencyUs: { latency_p99: 250_000 }, errorRatio: 0.01, quality: { auc: 0.8 } };

function read(text: unknown, place: GatePlace = "traffic") {
	return parseGate(text, { path: "plan[2].canary.gates[0]", place, objectives, attribution: true });
}

function gate(text: string, place: GatePlace = "traffic"): Gate {
	const result = read(text, place);
	if (!result.ok) throw new Error(result.refusal.message);
	return result.value;
}

describe("a gate on traffic", () => {
	it.each([
		["error_rate <= 1%", { kind: "absolute", value: 0.01 }],
		["error_rate <= 1.1%", { kind: "absolute", value: 0.011 }],
		["error_rate <= champion + 0.5pp", { kind: "champion", relative: 0, absolute: 0.005 }],
		["error_rate<=champion+50%", { kind: "champion", relative: 0.5, absolute: 0 }],
		["error_rate <= objective", { kind: "absolute", value: 0.01 }],
		["latency_p95 <= 250ms", { kind: "absolute", value: 250_000 }],
		["latency_p95 <= 1.5s", { kind: "absolute", value: 1_500_000 }],
		["latency_p95 <= 750 us", { kind: "absolute", value: 750 }],
		["latency_p95 <= champion + 20%", { kind: "champion", relative: 0.2, absolute: 0 }],
		["latency_p95 <= champion + 5ms", { kind: "champion", relative: 0, absolute: 5_000 }],
		["latency_p99 <= objective", { kind: "absolute", value: 250_000 }],
	])("reads %s exactly, in ratios and microseconds", (text, bound) => {
		expect(gate(text).bound).toEqual(bound);
	});

	it.each([
		["latency_p50", 0.5],
		["latency_p95", 0.95],
		["latency_p99", 0.99],
		["latency_p999", 0.999],
		["latency_p9999", 0.9999],
	])("reads %s as the percentile %d", (name, percentile) => {
		expect(gate(`${name} <= 1s`).metric).toEqual({ name: "latency", percentile });
	});

	it("keeps the sentence as written, single-spaced", () => {
		expect(gate("  error_rate   <= 1% ").text).toBe("error_rate <= 1%");
	});

	it.each([
		["latency_p95 <= champion + banana", "plan.gate-syntax", '"banana" at column 27 is not a number with a unit'],
		["latency_p95 <= banana", "plan.gate-syntax", '"banana" at column 16'],
		["error_rat <= 1%", "plan.unknown-metric", '"error_rat" at column 1 is not a metric'],
		["p95 <= 10ms", "plan.unknown-metric", '"p95"'],
		["constructor <= 1%", "plan.unknown-metric", '"constructor"'],
		["latency <= 10ms", "plan.unknown-metric", '"latency"'],
		["latency_p5 <= 10ms", "plan.unknown-metric", '"latency_p5"'],
		["latency_p100 <= 10ms", "plan.unknown-metric", '"latency_p100"'],
		["latency_p990 <= 10ms", "plan.unknown-metric", '"latency_p990"'],
		["error_rate < 1%", "plan.gate-operator", '"<" at column 12'],
		["error_rate > 1%", "plan.gate-operator", '">"'],
		["error_rate == 1%", "plan.gate-operator", '"=="'],
		["error_rate ≤ 1%", "plan.gate-operator", '"≤"'],
		["error_rate below 1%", "plan.gate-syntax", '"below" at column 12'],
		["error_rate >= 1%", "plan.gate-direction", '">=" at column 12 looks away from the harm'],
		["latency_p95 >= champion", "plan.gate-direction", '">="'],
		["error_rate <= 1", "plan.gate-unit", '"1" at column 15 has no unit'],
		["error_rate <= 5ms", "plan.gate-unit", '"5ms" at column 15 does not fit error_rate'],
		["error_rate <= 1pp", "plan.gate-unit", '"1pp"'],
		["error_rate <= 1parsec", "plan.gate-unit", '"parsec" at column 16 is not a known unit'],
		["latency_p95 <= 5%", "plan.gate-unit", '"5%"'],
		["latency_p95 <= champion + 5pp", "plan.gate-unit", '"5pp" at column 27'],
		["error_rate <= champion + 5ms", "plan.gate-unit", '"5ms"'],
		["latency_p95 <= 5m", "plan.gate-unit", '"m"'],
		["error_rate <= 120%", "plan.gate-range", '"120%" at column 15 is above 100%'],
		["error_rate <= champion + 101pp", "plan.gate-range", '"101pp"'],
		["latency_p95 <= champion + 1000%", "plan.gate-range", '"1000%"'],
		["latency_p95 <= 2000000000s", "plan.gate-range", "above one hour"],
		["latency_p95 <= 0.5us", "plan.gate-range", "finer than a microsecond"],
		["error_rate <= -1%", "plan.gate-range", "negative"],
		["error_rate <= champion", "plan.gate-needs-tolerance", "can never be proven"],
		["error_rate <= champion + 0pp", "plan.gate-needs-tolerance", '"0pp" at column 26'],
		["latency_p95 <= champion + 0%", "plan.gate-needs-tolerance", "can never be proven"],
		["error_rate <= champion - 1pp", "plan.gate-not-judgeable", "better than the champion"],
		["latency_p95 <= champion - 100%", "plan.gate-not-judgeable", "better than the champion"],
		["error_rate <= 0%", "plan.gate-not-judgeable", "can never be proven"],
		["error_rate <= 100%", "plan.gate-not-judgeable", "can never be broken"],
		["error_rate <= 1% where Home=rent", "plan.slice-not-available", '"where" at column 18'],
		["error_rate <= 1% please", "plan.gate-syntax", '"please" at column 18'],
		["error_rate of score <= 1%", "plan.gate-syntax", '"of" at column 12'],
		["error_rate", "plan.gate-syntax", "ends at column 11"],
		["error_rate <=", "plan.gate-syntax", "ends at column 14"],
		["latency_p95 <= champion +", "plan.gate-syntax", "where a tolerance is expected"],
		["", "plan.gate-syntax", "it is empty"],
		["error_rate <= 1,5%", "plan.gate-unit", '"1"'],
		["latency_p95 <= objective", "plan.objective-missing", '"objective" at column 16'],
		["auc >= 0.8", "plan.metric-not-available", '"auc" at column 1 cannot be judged in a traffic stage yet'],
		["psi of score <= 0.2", "plan.metric-not-available", '"psi"'],
		["business >= champion - 2%", "plan.needs-business-metric", '"business" at column 1 needs a primary business metric'],
		["business of clicks >= champion - 2%", "plan.unknown-metric", '"clicks"'],
	])("is refused at the word: %s", (text, code, words) => {
		const result = read(text);
		expect(result).toMatchObject({ ok: false, refusal: { code, path: "plan[2].canary.gates[0]" } });
		if (result.ok) return;
		expect(result.refusal.message).toContain(words);
		expect(result.refusal.message).toContain("(plan[2].canary.gates[0])");
		expect(result.refusal.hint).not.toBe("");
	});

	it.each([
		["error_rat <= 1%", "did you mean error_rate?"],
		["p95 <= 10ms", "did you mean latency_p95?"],
		["error_rate < 1%", 'gates know <= and >=; write "error_rate <= ..."'],
		["error_rate <= champion", 'write "champion + 0.1pp" or "champion + 50%"'],
		["latency_p95 <= objective", "add latency_p95 to objectives in endpoint.yaml, or write the number here"],
	])("is refused with what to write instead: %s", (text, hint) => {
		expect(read(text)).toMatchObject({ refusal: { hint } });
	});

	it.each([[1], [null], [{ error_rate: "1%" }], [["error_rate <= 1%"]]])("is refused when it is no text: %j", (written) => {
		expect(read(written)).toMatchObject({ refusal: { code: "plan.gate-syntax" } });
	});
});

describe("a gate in evaluate", () => {
	it.each([
		["auc >= objective", { name: "quality", metric: "auc" }],
		["auc >= champion - 1pp", { name: "quality", metric: "auc" }],
		["accuracy >= champion", { name: "quality", metric: "accuracy" }],
		["divergence <= 5%", { name: "quality", metric: "divergence" }],
		["psi of score <= 0.2", { name: "quality", metric: "psi", field: "score" }],
		["demographic_parity_ratio of Age >= 0.8", { name: "quality", metric: "demographic_parity_ratio", field: "Age" }],
		["latency_p99 <= objective", { name: "latency", percentile: 0.99 }],
	])("may name what is judged on a holdout: %s", (text, metric) => {
		expect(gate(text, "evaluate").metric).toEqual(metric);
	});

	it("may look at a slice, with numbers, words and quoted values told apart", () => {
		expect(gate("auc >= champion - 2pp where Home=rent and Age >= 60 and 'Job type' != \"part-time\"", "evaluate").where).toEqual(
			[
				{ field: "Home", op: "=", value: "rent" },
				{ field: "Age", op: ">=", value: 60 },
				{ field: "Job type", op: "!=", value: "part-time" },
			],
		);
	});

	it.each([
		["business >= champion - 2%", "plan.metric-not-here"],
		["psi <= 0.2", "plan.gate-syntax"],
		["auc <= 0.8", "plan.gate-direction"],
		["auc >= 80", "plan.gate-range"],
		["auc >= champion - 1pp where", "plan.gate-syntax"],
		["auc >= champion - 1pp where Home", "plan.gate-syntax"],
		["auc >= champion - 1pp where Home<rent", "plan.gate-operator"],
		["auc >= champion - 1pp where Home=rent or", "plan.gate-syntax"],
	])("is refused where it cannot be judged or read: %s", (text, code) => {
		expect(read(text, "evaluate")).toMatchObject({ refusal: { code } });
	});
});

const amount = fc.integer({ min: 1, max: 99_999 }).map((n) => n / 1000);
const traffic = fc.oneof(
	amount.map((n) => `error_rate <= ${n}%`),
	amount.map((n) => `error_rate <= champion + ${n}pp`),
	amount.map((n) => `error_rate <= champion + ${n}%`),
	fc
		.tuple(fc.constantFrom("50", "75", "95", "999", "9999"), fc.integer({ min: 1, max: 3_000 }), fc.constantFrom("us", "ms", "s"))
		.map(([p, n, unit]) => `latency_p${p} <= ${n}${unit}`),
	fc
		.tuple(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom("us", "ms", "s"))
		.map(([n, u]) => `latency_p95 <= champion + ${n}${u}`),
	amount.map((n) => `latency_p90 <= champion + ${n}%`),
);
const slice = fc
	.tuple(
		fc.constantFrom("Home", "'Job type'", "a.b"),
		fc.constantFrom("=", "!=", "<=", ">="),
		fc.constantFrom("rent", '"x y"', "-3", "0.0000001", "''"),
	)
	.map((parts) => parts.join(" "));
const holdout = fc
	.tuple(
		fc.oneof(
			fc.constantFrom(
				"auc >= objective",
				"accuracy >= champion",
				"psi of 'a b' <= 0.0000001",
				"rmse <= 12.5",
				"r2 >= champion - 3%",
			),
			amount.map((n) => `auc >= champion - ${n}pp`),
			amount.map((n) => `divergence of y <= ${n}%`),
		),
		fc.array(slice, { maxLength: 3 }),
	)
	.map(([text, slices]) => (slices.length === 0 ? text : `${text} where ${slices.join(" and ")}`));

describe("reading and writing gates", () => {
	it.each([
		["traffic" as const, traffic],
		["evaluate" as const, holdout],
	])("are inverse to each other on %s", (place, texts) => {
		fc.assert(
			fc.property(texts, (text) => {
				const first = gate(text, place);
				expect({ ...gate(renderGate(first), place), text }).toEqual(first);
			}),
		);
	});

	it("never throws, and refuses only with known codes", () => {
		const words = fc.constantFrom(
			"error_rate",
			"latency_p95",
			"auc",
			"<=",
			">=",
			"<",
			"champion",
			"+",
			"-",
			"1",
			"%",
			"pp",
			"of",
			"where",
			"=",
			"é",
			'"',
		);
		const texts = fc.oneof(
			fc.string({ unit: "binary" }),
			fc.array(words).map((parts) => parts.join(" ")),
		);
		fc.assert(
			fc.property(texts, fc.constantFrom<GatePlace>("evaluate", "traffic", "alert"), (text, place) => {
				const result = read(text, place);
				if (result.ok) expect(gate(renderGate(result.value), place).bound).toEqual(result.value.bound);
				else {
					expect(PLAN_REFUSAL_CODES).toContain(result.refusal.code);
					expect(result.refusal.message).not.toMatch(/[\r\n]/);
				}
			}),
		);
	});
});
