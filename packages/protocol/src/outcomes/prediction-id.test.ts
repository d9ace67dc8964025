import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPredictionSealer, digestOfLabel, encodeValue, NO_VALUE, tagOf } from "./index.ts";

const sealer = createPredictionSealer("00".repeat(32));
const SHORT = "0190f3a1b2c3" + "0001" + "0123456789abcdef";
const TAGS = tagOf("credit-risk") + tagOf("aaaa.bbbb");

describe("a prediction's id", () => {
	it("tells endpoint, arm, time, bucket and value of what was sealed into it", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 63 }), fc.float({ noNaN: true, noDefaultInfinity: true }), (bucket, value) => {
				const opened = sealer.open(sealer.seal(SHORT, TAGS, bucket, encodeValue(value)));
				expect(opened).toEqual({
					ok: true,
					prediction: {
						atMs: 0x0190f3a1b2c3,
						endpointTag: tagOf("credit-risk"),
						armTag: tagOf("aaaa.bbbb"),
						bucket,
						value: { kind: "number", value },
					},
				});
			}),
		);
	});

	const sealed = (value: unknown) => {
		const opened = sealer.open(sealer.seal(SHORT, TAGS, 7, encodeValue(value)));
		return opened.ok ? opened.prediction.value : opened.problem;
	};

	it("holds a text or null by its digest, a truth value as 0 or 1, and an integer beyond what a number holds as the nearest one", () => {
		for (const value of ["good", "", null]) expect(sealed(value)).toEqual({ kind: "digest", digest: digestOfLabel(value) });
		expect([true, false, 2n ** 60n].map(sealed)).toEqual([1, 0, 2 ** 60].map((value) => ({ kind: "number", value })));
	});

	it("holds nothing for what no label could equal, whatever a model answers", () => {
		for (const value of [undefined, Number.NaN, Number.NEGATIVE_INFINITY, 1e300, ["a"], { a: 1n }, [1n]]) {
			expect(encodeValue(value)).toBe(NO_VALUE);
		}
		const anything = fc.oneof(fc.anything({ withBigInt: true, maxDepth: 2 }), fc.constant("\ud800"));
		fc.assert(fc.property(anything, (value) => void expect(encodeValue(value)).toMatch(/^[0-9a-f]{10}$/)));
		const opened = sealer.open(sealer.seal(SHORT, TAGS, 63, NO_VALUE));
		expect(opened.ok && opened.prediction).toMatchObject({ bucket: 63, value: { kind: "none" } });
	});

	it("is refused as forged when one digit of it is another, or when another installation sealed it", () => {
		const id = sealer.seal(SHORT, TAGS, 5, encodeValue(0.5));
		fc.assert(
			fc.property(fc.integer({ min: 0, max: id.length - 1 }), fc.integer({ min: 1, max: 15 }), (at, by) => {
				const digit = ((Number.parseInt(id[at]!, 16) + by) % 16).toString(16);
				expect(sealer.open(id.slice(0, at) + digit + id.slice(at + 1))).toEqual({ ok: false, problem: "forged" });
			}),
		);
		expect(createPredictionSealer("11".repeat(32)).open(id)).toEqual({ ok: false, problem: "forged" });
	});

	it("is told apart when it is that of an error, or none at all", () => {
		expect(sealer.open(SHORT)).toEqual({ ok: false, problem: "short" });
		fc.assert(
			fc.property(fc.string({ maxLength: 100 }), (text) => {
				expect(sealer.open(text).ok).toBe(false);
			}),
		);
	});
});
