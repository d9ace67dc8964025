import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BEHIND_MS, type ClosingInput, closableSeconds, LATENESS_MS } from "./closing.ts";

const reports = (newest: Readonly<Record<string, number>>) =>
	new Map(Object.entries(newest).map(([gateway, second]) => [gateway, { second }]));
const closable = (input: Omit<ClosingInput, "latenessMs">, limit: number) =>
	closableSeconds({ ...input, latenessMs: LATENESS_MS }, limit);
const open = (...seconds: readonly (readonly [second: number, firstReceivedAtMs: number])[]) => new Map(seconds);

describe("closing a second", () => {
	it("happens as soon as every leased gateway has reported it", () => {
		const input = { reports: reports({ g1: 10, g2: 11 }), leased: ["g1", "g2"], open: open([10, 0]), nowMs: 0 };
		expect(closable(input, 100)).toEqual([{ second: 10, missing: [], behind: false }]);
	});

	it("waits 3 s for a gateway that is silent, then names it", () => {
		const input = { reports: reports({ g1: 10, g2: 9 }), leased: ["g1", "g2"], open: open([10, 1_000]) };
		expect(closable({ ...input, nowMs: 1_000 + LATENESS_MS - 1 }, 100)).toEqual([]);
		expect(closable({ ...input, nowMs: 1_000 + LATENESS_MS }, 100)).toEqual([{ second: 10, missing: ["g2"], behind: false }]);
	});

	it("is not put off for ever by the other gateways' newer reports", () => {
		const seconds = Array.from({ length: 6 }, (_, i) => [10 + i, 1_000 * i] as const);
		const input = { reports: reports({ g1: 15, g2: 9 }), leased: ["g1", "g2"], open: open(...seconds), nowMs: 5_500 };
		expect(closable(input, 100).map(({ second }) => second)).toEqual([10, 11, 12]);
	});

	it("leaves a backlog open for the gateway that has not handed in its own yet", () => {
		const seconds = Array.from({ length: 600 }, (_, i) => [i, 50_000] as const);
		const input = { reports: reports({ g1: 599 }), leased: ["g1", "g2"], open: open(...seconds) };
		expect(closable({ ...input, nowMs: 50_100 }, 1_000)).toEqual([]);
		const both = { ...input, reports: reports({ g1: 599, g2: 599 }), nowMs: 50_200 };
		expect(closable(both, 1_000)).toHaveLength(600);
		expect(closable(both, 7)).toHaveLength(7);
	});

	it("says of a second closed long after it was over that it is part of a backlog", () => {
		const input = { reports: reports({ g1: 11 }), leased: ["g1"], open: open([10, 0], [11, 0]) };
		const closed = closable({ ...input, nowMs: 11_000 + BEHIND_MS + 1 }, 100);
		expect(closed.map(({ second, behind }) => [second, behind])).toEqual([
			[10, true],
			[11, false],
		]);
	});

	it("never happens to a second that nobody reports", () => {
		expect(closable({ reports: reports({}), leased: ["g1"], open: open(), nowMs: 1e12 }, 100)).toEqual([]);
	});

	it("goes in order: no second closes before an older one", () => {
		const second = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10_000 }));
		const newest = fc.dictionary(fc.constantFrom("g1", "g2", "g3"), fc.integer({ min: 0, max: 20 }));
		fc.assert(
			fc.property(fc.array(second), newest, fc.integer({ min: 0, max: 20_000 }), (seconds, report, nowMs) => {
				const ascending = new Map(seconds.sort(([a], [b]) => a - b));
				const closed = closable({ reports: reports(report), leased: ["g1", "g2"], open: ascending, nowMs }, 100);
				expect(closed.map(({ second: at }) => at)).toEqual([...ascending.keys()].slice(0, closed.length));
			}),
		);
	});
});
