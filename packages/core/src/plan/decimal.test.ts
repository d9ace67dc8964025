import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainDecimal, shiftDecimal } from "./decimal.ts";

describe("decimal numbers", () => {
	it("are shifted without binary rounding", () => {
		expect(shiftDecimal(1.1, -2)).toBe(0.011);
		expect(shiftDecimal(0.0000001, 2)).toBe(0.00001);
	});

	it("are written without an exponent and read back the same", () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				expect(plainDecimal(value)).toMatch(/^-?\d+(\.\d+)?$/);
				expect(Number(plainDecimal(value))).toBe(value === 0 ? 0 : value);
			}),
		);
	});
});
