import { type Evidence, EvidenceMerger, Judge, type Judgement, type Window } from "@headgate/core/analysis";
import { keyOf } from "@headgate/core/rollout";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arm, closed, planOf, seededUniforms, window } from "./index.ts";

const CHAMPION = keyOf(arm("1.0.0"));
const CHALLENGER = keyOf(arm("1.1.0"));
const plan = planOf([
	{
		canary: { weight: "10%", hold: "20s", gates: ["error_rate <= 1%", "error_rate <= champion + 0.5pp", "latency_p95 <= 36ms"] },
	},
	{ promote: null },
]);
const THRESHOLDS = { id: "credit-risk-1/0", latencyUs: [36_000] };

/** Judges whatever arrives in each second, in that order. */
function judgeAll(seconds: readonly (readonly Window[])[]): readonly Judgement[] {
	const judge = new Judge(plan, []);
	judge.tell({
		index: 0,
		promoted: false,
		championGone: false,
		rolledBack: false,
		degraded: [],
		thresholds: THRESHOLDS,
		championUs: {},
	});
	const merger = new EvidenceMerger(CHAMPION, CHALLENGER);
	return seconds.map((windows, i) => {
		for (const one of windows) merger.add(one);
		const record = { ...closed(i), position: i } satisfies Evidence & { position: number };
		return judge.second(record, merger.close(record, false));
	});
}

const armOf = (most: number) =>
	fc
		.integer({ min: 0, max: most })
		.chain((n) => fc.record({ n: fc.constant(n), failed: fc.integer({ min: 0, max: n }), slow: fc.integer({ min: 0, max: n }) }));
const second = fc.record({ challenger: armOf(40), champion: armOf(80) });
const traffic = fc.array(second, { minLength: 5, maxLength: 40, size: "max" });
type Second = {
	readonly [role in "challenger" | "champion"]: { readonly n: number; readonly failed: number; readonly slow: number };
};

/** The same counts reported by `gateways`, dealt out at random; each is warm from the same second on. */
function split(seconds: readonly Second[], gateways: number, seed: number): readonly (readonly Window[])[] {
	const uniform = seededUniforms(seed);
	const deal = (count: number) => {
		const shares = new Array<number>(gateways).fill(0);
		for (let i = 0; i < count; i++) shares[Math.floor(uniform() * gateways)]!++;
		return shares;
	};
	return seconds.map((one, at) => {
		const shares = [one.challenger, one.champion].map(({ n, failed, slow }) => ({
			good: deal(n - failed),
			failed: deal(failed),
			slow: deal(slow),
		}));
		return Array.from({ length: gateways }, (_, g) => {
			const [challenger, champion] = shares.map((share) => {
				const n = share.good[g]! + share.failed[g]!;
				return { n, failed: share.failed[g]!, over: [Math.min(n, share.slow[g]!)] };
			});
			return window({ gateway: `g${g}`, second: at, challenger: challenger!, champion: champion! });
		});
	});
}

/** Divides by 1, 7 and 64: what the gateways answer together in the first second. */
const LEAD_REQUESTS = 448;

/** Every gateway has answered with the challenger before the first second that counts. */
const warm = (gateways: number): readonly (readonly Window[])[] =>
	Array.from({ length: 1 }, () =>
		Array.from({ length: gateways }, (_, g) =>
			window({ gateway: `g${g}`, second: 0, challenger: lead(gateways), champion: lead(gateways) }),
		),
	);

function lead(gateways: number) {
	return { n: LEAD_REQUESTS / gateways };
}

const after = (lead: readonly (readonly Window[])[], seconds: readonly (readonly Window[])[]) => [
	...lead,
	...seconds.map((windows) =>
		windows.map((one) => ({ ...one, second: one.second + lead.length, sequence: one.sequence + lead.length })),
	),
];

describe("evidence from many gateways", () => {
	it("gives the same verdicts in whatever order the gateways report", () => {
		fc.assert(
			fc.property(traffic, fc.integer(), (seconds, seed) => {
				const reports = split(seconds, 5, seed);
				const uniform = seededUniforms(seed + 1);
				const shuffled = reports.map((windows) => windows.toSorted(() => uniform() - 0.5));
				expect(judgeAll(shuffled)).toEqual(judgeAll(reports));
			}),
			{ numRuns: 30 },
		);
	});

	it("gives the same verdicts when a table changes within a second, whichever part comes first", () => {
		const part = (gateway: string, sequence: number, revision: number, n: number) =>
			window({ gateway, second: 5, sequence, revision, challenger: { n } });
		const merged = (...windows: readonly Window[]) => {
			const merger = new EvidenceMerger(CHAMPION, CHALLENGER);
			for (const one of windows) merger.add(one);
			return merger.close(closed(5), false);
		};
		const [early, late, other] = [part("g1", 1, 9, 1), part("g1", 2, 10, 2), part("g2", 1, 10, 4)];
		expect(merged(other, early, late)).toEqual(merged(early, late, other));
		expect(merged(other, early, late).map(({ revision, all }) => [revision, all.challenger.n])).toEqual([
			[9, 1],
			[10, 6],
		]);
	});

	it("gives identical judgements whether 1, 7 or 64 gateways answered", () => {
		fc.assert(
			fc.property(traffic, fc.integer(), (seconds, seed) => {
				const noSlow = seconds.map(({ challenger, champion }) => ({
					challenger: { ...challenger, slow: 0 },
					champion: { ...champion, slow: 0 },
				}));
				const judged = [1, 7, 64].map((gateways) => judgeAll(after(warm(gateways), split(noSlow, gateways, seed))).slice(1));
				const decided = judged.map((all) =>
					all.map(({ gates, failing, stageSeconds }) => ({
						gates: gates.map((gate) => ({ ...gate, because: "" })),
						failing: failing?.gate,
						stageSeconds,
					})),
				);
				expect(decided[1]).toEqual(decided[0]);
				expect(decided[2]).toEqual(decided[0]);
			}),
			{ numRuns: 15 },
		);
	});

	it("is counted once, however often a window is sent again", () => {
		fc.assert(
			fc.property(traffic, fc.integer(), fc.integer({ min: 1, max: 3 }), (seconds, seed, times) => {
				const reports = split(seconds, 3, seed);
				const again = reports.map((windows, i) => [
					...Array.from({ length: times }, () => windows).flat(),
					...(reports[i - 1] ?? []),
				]);
				expect(judgeAll(again)).toEqual(judgeAll(reports));
			}),
			{ numRuns: 30 },
		);
	});
});

describe("what the merger leaves out, and says so", () => {
	const merge = (...windows: readonly Window[]) => {
		const merger = new EvidenceMerger(CHAMPION, CHALLENGER);
		for (const one of windows) merger.add(one);
		const merged = merger.close({ ...closed(5) }, false);
		return { merger, merged };
	};

	it("a window that comes after its second was closed", () => {
		const { merger } = merge(window({ second: 5, sequence: 1 }));
		merger.add(window({ second: 5, sequence: 2, challenger: { n: 9 } }));
		expect([merger.late, merger.close(closed(5), false)]).toEqual([1, []]);
	});

	it("a gateway on which either arm is not ready, though its requests still count as impact", () => {
		const { merger, merged } = merge(
			window({ gateway: "g1", second: 5, challenger: { n: 10 }, champion: null }),
			window({ gateway: "g2", second: 5, challenger: null, champion: { n: 10 } }),
			window({ gateway: "g3", second: 5, challenger: { n: 10 }, champion: { n: 10 } }),
		);
		expect(merger.excluded).toBe(2);
		expect(merged[0]?.all).toMatchObject({ challenger: { n: 20 }, champion: { n: 20 } });
	});

	it("failures beyond the requests of a window, which no honest gateway counts", () => {
		const { merged } = merge(window({ second: 5, challenger: { n: 3, failed: 9, over: [7] }, champion: { n: 0, failed: 1 } }));
		expect(merged[0]?.all).toEqual({ challenger: { n: 3, failed: 3, over: [3] }, champion: { n: 0, failed: 0, over: [] } });
	});
});
