import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALPHA_FAIL, assessBudget, CLASS_WEIGHTS, type GateClass, type GateEvidence } from "./evidence-budget.ts";

const gates: fc.Arbitrary<GateEvidence[]> = fc.array(
	fc.record({
		gate: fc.string(),
		class: fc.constantFrom<GateClass>("errors", "latency", "business", "crash"),
		logE: fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constant(Number.NEGATIVE_INFINITY)),
	}),
	{ maxLength: 8 },
);

describe("the rollout's error budget", () => {
	it("hands out no more than all of it, in total over the classes", () => {
		expect(Object.values(CLASS_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
		fc.assert(
			fc.property(gates, (given) => {
				const spent = assessBudget(given).shares.reduce((sum, share) => sum + share.weight, 0);
				expect(spent).toBeLessThanOrEqual(1 + 1e-12);
			}),
		);
	});

	it("lets a lone error gate fail at ln(1/(0.005 x 0.35)) = 6.35 nats and not before", () => {
		const at = (logE: number) => assessBudget([{ gate: "error_rate <= 1%", class: "errors", logE }]);
		expect(at(6.34).crossed).toBe(false);
		expect(at(6.35)).toMatchObject({ crossed: true, jointly: false, largest: { gate: "error_rate <= 1%" } });
	});

	it("halves the weight of each gate when two share a class", () => {
		const { shares } = assessBudget([
			{ gate: "p95", class: "latency", logE: 0 },
			{ gate: "p99", class: "latency", logE: 0 },
		]);
		expect(shares.map((share) => share.weight)).toEqual([0.175, 0.175]);
	});

	it("fails jointly when no gate has enough alone, and names the largest", () => {
		const assessment = assessBudget([
			{ gate: "errors", class: "errors", logE: 6 },
			{ gate: "latency", class: "latency", logE: 6.1 },
		]);
		expect(assessment).toMatchObject({ crossed: true, jointly: true, largest: { gate: "latency" } });
	});

	it("says nothing when there are no gates", () => {
		expect(assessBudget([])).toEqual({
			logSum: Number.NEGATIVE_INFINITY,
			crossed: false,
			jointly: false,
			largest: undefined,
			shares: [],
		});
	});

	it("never becomes NaN and never crosses less when one gate's evidence grows", () => {
		fc.assert(
			fc.property(gates, fc.double({ min: 0, max: 100, noNaN: true }), (given, extra) => {
				const before = assessBudget(given);
				const after = assessBudget(given.map((gate, i) => (i === 0 ? { ...gate, logE: gate.logE + extra } : gate)));
				expect(before.logSum).not.toBeNaN();
				if (before.crossed) expect(after.crossed).toBe(true);
			}),
		);
	});

	it("refuses evidence that is not a number instead of ignoring it", () => {
		for (const logE of [Number.NaN, Number.POSITIVE_INFINITY]) {
			expect(() => assessBudget([{ gate: "g", class: "crash", logE }], ALPHA_FAIL)).toThrow(RangeError);
		}
	});
});
