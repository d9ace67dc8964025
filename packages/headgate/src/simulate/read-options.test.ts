import { describe, expect, it } from "vitest";
import { count, list, seconds, word } from "./read-options.ts";

describe("an option of simulate", () => {
	it("that is a duration is read in whole seconds, and refused when nothing would be simulated", () => {
		expect([seconds("90s", "duration", 1), seconds("4h", "duration", 1), seconds("0s", "onset")]).toEqual([90, 14_400, 0]);
		for (const text of ["0s", "400ms", "soon"]) {
			expect(() => seconds(text, "duration", 1)).toThrow(expect.objectContaining({ code: "simulate.option", path: "duration" }));
		}
	});

	it.each(["0", "1.5", "-1", "1001", "", "many"])("that is a number from 1 to 1,000 is not '%s'", (text) => {
		expect(() => count(text, "runs", 1_000)).toThrow(expect.objectContaining({ code: "simulate.option", path: "runs" }));
	});

	it("that is a word is refused with the nearest one", () => {
		expect(word("real", "worlds", "world", ["real", "harsh"])).toBe("real");
		expect(() => word("reel", "worlds", "world", ["real", "harsh"])).toThrow(
			expect.objectContaining({ code: "simulate.option", hint: "Did you mean real?" }),
		);
	});

	it("that is a list has no empty parts", () => {
		expect(list(" a, ,b,")).toEqual(["a", "b"]);
	});
});
