import { describe, expect, it } from "vitest";
import { CHECKS } from "./all-checks.ts";
import { explainCheck } from "./explain-check.ts";

describe("the explanation of a check", () => {
	it("is there for every check, in any case of letters", () => {
		for (const { id, title } of CHECKS) expect(explainCheck(id.toLowerCase())).toMatchObject({ id, title });
	});

	it("says what a failure means and how to turn it off", () => {
		expect(explainCheck("C03")).toMatchObject({
			severity: "high",
			effect: expect.stringContaining("refused"),
			turnOff: expect.stringContaining("[C03]"),
		});
		expect(explainCheck("M02").effect).toContain("refuses nothing");
	});

	it("of an id that is none names the nearest", () => {
		expect(() => explainCheck("H033")).toThrow(expect.objectContaining({ code: "check.unknown", hint: "Did you mean H03?" }));
		expect(() => explainCheck("what")).toThrow(expect.objectContaining({ hint: expect.stringContaining("Known checks: M01") }));
	});
});

describe("the catalogue", () => {
	it("has each id once, and a reason that ends a sentence wherever there is one", () => {
		const ids = CHECKS.map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { refuses, why } of CHECKS) for (const text of [refuses, why ?? "."]) expect(text).toMatch(/[.)]$/);
	});
});
