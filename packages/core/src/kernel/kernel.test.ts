import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestWord, parseDurationMs, renderDuration, VERDICTS, type Verdict, worstOf } from "./index.ts";

const verdicts = Object.keys(VERDICTS) as Verdict[];

describe("verdicts", () => {
	it("let nothing but a pass promote", () => {
		expect(verdicts.filter((verdict) => VERDICTS[verdict].mayPromote)).toEqual(["pass"]);
	});

	it("of no gates at all are unknown, because silence proves nothing", () => {
		expect(worstOf([])).toBe("unknown");
	});

	it("are as bad together as the worst of them, in any order", () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...verdicts), { minLength: 1 }), (some) => {
				const worst = worstOf(some);
				expect(some).toContain(worst);
				expect(worstOf(some.toReversed())).toBe(worst);
				for (const one of some) expect(VERDICTS[worst].severity).toBeGreaterThanOrEqual(VERDICTS[one].severity);
			}),
		);
	});

	it("put a failure above a gate that cannot be judged, and that above one that is not decided", () => {
		expect(worstOf(["pass", "unknown", "error", "fail"])).toBe("fail");
		expect(worstOf(["pass", "unknown", "error"])).toBe("error");
		expect(worstOf(["pass", "unknown"])).toBe("unknown");
	});
});

describe("durations", () => {
	it.each([
		["250ms", 250],
		["90s", 90_000],
		["1.5m", 90_000],
		["24h", 86_400_000],
		["3d", 259_200_000],
		["1w", 604_800_000],
	])("reads %s as %d ms", (text, ms) => expect(parseDurationMs(text)).toBe(ms));

	it.each(["", "90", "90 s", "-5s", "5y", "1e3s", "s", "1.s", "20000d"])("refuses %j", (text) => {
		expect(parseDurationMs(text)).toBeUndefined();
	});

	it.each([
		[0, "0 ms"],
		[12_500, "12.5 s"],
		[200_000, "3 min 20 s"],
		[259_200_000, "72 h"],
		[5_400_000, "1 h 30 min"],
	])("says %d ms as %s", (ms, text) => expect(renderDuration(ms)).toBe(text));

	it("never says 60 of anything", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 10 * 86_400_000 }), (ms) => {
				expect(renderDuration(ms)).not.toMatch(/\b60 (s|min)\b|\b1000 ms\b/);
			}),
		);
	});
});

describe("the nearest known word", () => {
	it("is found through a slip, whatever the case, and not for a word that resembles none", () => {
		expect(nearestWord("canry", ["canary", "watch"])).toBe("canary");
		expect(nearestWord("WATCH", ["canary", "watch"])).toBe("watch");
		expect(nearestWord("banana", ["watch", "switch"])).toBeUndefined();
		expect(nearestWord("", [])).toBeUndefined();
	});
});
