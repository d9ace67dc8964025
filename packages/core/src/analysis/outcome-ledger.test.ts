import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_OBJECTIVES, parsePlan } from "../plan/index.ts";
import { Judge } from "./judge.ts";
import { OutcomeLedger } from "./outcome-ledger.ts";
import type { LabelCount, OutcomeCount } from "./outcomes.ts";

const wrongLabel = (second: number, arm = "new"): LabelCount => ({
	of: "label",
	second,
	arm,
	bucket: 3,
	n: 1,
	wrong: 1,
	absoluteError: 0,
	squaredError: 0,
});

describe("the ledger of outcomes", () => {
	it("counts what is known before the second of its prediction is closed, also in a rollout's first second", () => {
		const ledger = new OutcomeLedger("new", "old");
		ledger.take({ kind: "outcomes", batch: 1, counts: [wrongLabel(100)] });
		expect(ledger.labelTotals()).toEqual([]);
		ledger.begin(100, 60_000);
		ledger.judge(100);
		expect(ledger.labelTotals()[0]!.challenger).toEqual({ n: 1, wrong: 1 });
	});

	it("counts it in the stretch that the second turns out to belong to", () => {
		const ledger = new OutcomeLedger("new", "old");
		ledger.begin(100, 60_000);
		ledger.judge(100);
		ledger.take({ kind: "outcomes", batch: 1, counts: [wrongLabel(101), wrongLabel(100)] });
		ledger.begin(101, 60_000);
		ledger.judge(101);
		expect(ledger.labelTotals().map(({ challenger }) => challenger.n)).toEqual([1, 1]);
	});

	it("looks at what came early as often as it is due, and for ever at none of a clock that is years ahead", () => {
		const ledger = new OutcomeLedger("new", "old");
		ledger.begin(100, 60_000);
		ledger.take({ kind: "outcomes", batch: 1, counts: [wrongLabel(104), wrongLabel(4e9)] });
		for (const second of [100, 102]) ledger.judge(second);
		expect(ledger.labelTotals()[0]!.challenger.n).toBe(0);
		// Nobody asked anything in second 104, as far as the gateways have told.
		ledger.judge(105);
		expect(ledger.labelTotals()[0]!.challenger.n).toBe(1);
		ledger.judge(4e9);
		expect(ledger.labelTotals()[0]!.challenger.n).toBe(1);
	});
});

describe("numbers that no gateway and no control may write", () => {
	const gates = ["accuracy >= 90%", "accuracy >= champion - 1pp", "rmse <= champion + 10%", "business >= champion - 5%"];
	const plan = parsePlan([{ canary: { weight: "10%", hold: "1m", gates } }, "promote"], {
		objectives: NO_OBJECTIVES,
		businessPrimary: "revenue",
		businessMetrics: { revenue: { kind: "mean", direction: "up", primary: true } },
	});
	if (!plan.ok) throw new Error(plan.refusal.message);
	const number = fc.oneof(
		fc.nat(200),
		fc.constantFrom(-1, 0.5, 1e9, 2e9, 2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
	);
	const of = { second: number, arm: fc.constantFrom("new", "old"), bucket: number, n: number };
	const count = fc.oneof(
		fc.record({ ...of, of: fc.constant("label" as const), wrong: number, absoluteError: number, squaredError: number }),
		fc.record({ ...of, of: fc.constant("metric" as const), metric: fc.constant("revenue"), sum: number }),
	);

	it("neither stop the judge nor poison what it says", () => {
		fc.assert(
			fc.property(fc.array(fc.array(count, { maxLength: 30 }), { maxLength: 20 }), (batches) => {
				const judge = new Judge(plan.value, [], { arms: { challenger: "new", champion: "old" } });
				for (const [batch, counts] of batches.entries()) {
					judge.outcomes({ kind: "outcomes", batch, counts: counts as OutcomeCount[] });
					const close = {
						kind: "close",
						second: batch * 10,
						missing: [],
						readyArms: [],
						behind: false,
						position: batch,
					} as const;
					for (const { logEFail, logEPass } of judge.second(close, []).gates) {
						expect(Number.isFinite(logEFail) && Number.isFinite(logEPass)).toBe(true);
					}
				}
			}),
			{ numRuns: 200 },
		);
	});
});
