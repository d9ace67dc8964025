import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonBody } from "./json-body.ts";
import { jsonErrorOffset } from "./json-error-offset.ts";

describe("reading a JSON body", () => {
	it("reads what JSON.parse reads", () => {
		fc.assert(
			fc.property(fc.json({ maxDepth: 5 }), (text) => {
				fc.pre(!/\d{16}/.test(text));
				expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text));
			}),
		);
	});

	it("survives any bytes: JSON, or an error with a code", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				try {
					parseJsonBody(Buffer.from(bytes));
				} catch (error) {
					expect(error).toMatchObject({ code: expect.stringMatching(/^gateway\.(invalid-json|too-deep)$/) });
				}
			}),
		);
	});

	it("points at the first character that cannot stand where it stands", () => {
		fc.assert(
			fc.property(
				fc.json({ maxDepth: 3 }),
				fc.nat(),
				fc.constantFrom("@", "\u0001", "'", "NaN", "}", "]"),
				(text, place, junk) => {
					const at = place % (text.length + 1);
					const broken = text.slice(0, at) + junk + text.slice(at);
					let refused = false;
					try {
						JSON.parse(broken);
					} catch {
						refused = true;
					}
					fc.pre(refused);
					const offset = jsonErrorOffset(broken);
					expect(offset).toBeGreaterThanOrEqual(0);
					expect(offset).toBeLessThanOrEqual(broken.length);
					// A character before the offset is never at fault alone: the text up to there can be the start of some JSON.
					expect(jsonErrorOffset(broken.slice(0, offset))).toBe(offset);
				},
			),
		);
	});

	it.each([
		['{"a": 01}', 7],
		['{"a" 1}', 5],
		["[1, 2", 5],
		["", 0],
		['{"a":1} x', 8],
		["[1,]", 3],
		["{,}", 1],
		["nul", 0],
	])("finds the error of %s at offset %d", (text, offset) => {
		expect(jsonErrorOffset(text)).toBe(offset);
	});

	it("gives integers that a number would round as BigInt, and only those", () => {
		const read = parseJsonBody(Buffer.from("[9007199254740993, 9007199254740991, 1.2345678901234567, 12345678901234567e3]"));
		expect(read).toEqual([9007199254740993n, 9007199254740991, 1.2345678901234567, 12345678901234567e3]);
	});

	it("refuses numbers beyond the range of FP64", () => {
		for (const text of ["[1e999]", "[-1e400]", `[${"9".repeat(400)}]`]) {
			expect(() => parseJsonBody(Buffer.from(text))).toThrow(/beyond range/);
		}
	});
});
