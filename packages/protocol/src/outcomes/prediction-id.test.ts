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

	it("holds a text or a truth value by its digest, and nothing for what cannot be labelled", () => {
		for (const value of ["good", true, null, ["a"]]) {
			const opened = sealer.open(sealer.seal(SHORT, TAGS, 7, encodeValue(value)));
			expect(opened.ok && opened.prediction.value).toEqual({ kind: "digest", digest: digestOfLabel(value) });
		}
		for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY]) expect(encodeValue(value)).toBe(NO_VALUE);
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
