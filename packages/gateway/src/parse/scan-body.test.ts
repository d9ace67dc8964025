import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonBody } from "./json-body.ts";
import { scanBody } from "./scan-body.ts";

/** JSON numbers as people and programs write them, many of them too long or too large. */
const numberText = fc
	.tuple(
		fc.constantFrom("", "-"),
		fc.oneof(fc.constant("0"), fc.stringMatching(/^[1-9]\d{0,24}$/), fc.stringMatching(/^[1-9]\d{300,320}$/)),
		fc.oneof(fc.constant(""), fc.stringMatching(/^\.\d{1,24}$/)),
		fc.oneof(fc.constant(""), fc.stringMatching(/^[eE][+-]?\d{1,4}$/)),
	)
	.map((parts) => parts.join(""));

/** A number of this text that JSON.parse alone would get wrong. */
function needsCare(text: string): boolean {
	if (!Number.isFinite(Number(text))) return true;
	return /^-?\d+$/.test(text) && BigInt(text) !== BigInt(Number(text));
}

describe("a look at the bytes of a body", () => {
	it("misses no number that needs care, wherever it stands", () => {
		fc.assert(
			fc.property(numberText, fc.string(), fc.nat(3), (number, text, shape) => {
				const quoted = JSON.stringify(text);
				const bodies = [number, `[${quoted},${number}]`, `{${quoted}:${number},"b":true}`, `[[ ${number}\n],{"a":[${quoted}]}]`];
				const { hasUnusualNumbers } = scanBody(Buffer.from(bodies[shape]!), 64);
				if (needsCare(number)) expect(hasUnusualNumbers).toBe(true);
			}),
			{ numRuns: 2_000 },
		);
	});

	it("takes no special care of fractions, however long, nor of digits in strings", () => {
		const body = JSON.stringify({ a: 0.8414709848078965, b: "1234567890123456789", c: -1.25e-7, d: 123456789012345, e: 1e21 });
		expect(scanBody(Buffer.from(body), 64).hasUnusualNumbers).toBe(false);
	});

	it("changes no answer: numbers come out as the exact reading has them", () => {
		fc.assert(
			fc.property(numberText, (number) => {
				fc.pre(Number.isFinite(Number(number)));
				const exact = /^-?\d+$/.test(number) && number.length <= 40 && !Number.isSafeInteger(Number(number));
				expect(parseJsonBody(Buffer.from(`[${number}]`))).toEqual([exact ? BigInt(number) : Number(number)]);
			}),
		);
	});

	it("counts brackets outside strings only, and says where they become too many", () => {
		expect(scanBody(Buffer.from('["[[[\\"[[", [[1]]]'), 3).tooDeepAt).toBe(-1);
		expect(scanBody(Buffer.from('["[[[", [[1]]]'), 2).tooDeepAt).toBe(9);
	});
});
