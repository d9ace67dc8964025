import { describe, expect, it } from "vitest";
import { decodeFloats, type FloatFormat } from "./float-formats.ts";

describe("decodeFloats", () => {
	// Values from ml_dtypes 0.6.0 and numpy 2.4.6.
	it.each([
		["F16", [0x00, 0x3c, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc], [1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY]],
		["BF16", [0x80, 0x3f, 0x80, 0xff, 0x40, 0xc0], [1, Number.NEGATIVE_INFINITY, -3]],
		["F8_E4M3", [0x38, 0x7e, 0x01, 0xff, 0xb8], [1, 448, 2 ** -9, Number.NaN, -1]],
		["F8_E5M2", [0x3c, 0x7b, 0x01, 0xfc, 0x7d], [1, 57344, 2 ** -16, Number.NEGATIVE_INFINITY, Number.NaN]],
		["F8_E4M3FNUZ", [0x40, 0x7f, 0x01, 0x80], [1, 240, 2 ** -10, Number.NaN]],
		["F8_E5M2FNUZ", [0x40, 0x7f, 0x01, 0x80], [1, 57344, 2 ** -17, Number.NaN]],
		["F8_E8M0", [127, 128, 126, 255], [1, 2, 0.5, Number.NaN]],
	] as [FloatFormat, number[], number[]][])("reads %s", (format, bytes, values) => {
		expect([...decodeFloats(format, Uint8Array.from(bytes))]).toEqual(values);
	});

	it("reads numbers that do not begin at a multiple of their size, and leaves an unfinished one out", () => {
		const bytes = new Uint8Array([9, ...new Uint8Array(Float32Array.of(1, -2).buffer), 7]);
		expect([...decodeFloats("F32", bytes.subarray(1))]).toEqual([1, -2]);
		expect([...decodeFloats("F32", Buffer.from(bytes.buffer, 1))]).toEqual([1, -2]);
	});
});
