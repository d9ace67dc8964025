import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROOF_NATS, WarmUpProof } from "./warm-up-proof.ts";

/** What the proof says after windows that add so much evidence each. */
function given(windows: readonly { readonly gain: number; readonly warm: boolean }[]): boolean {
	const proof = new WarmUpProof();
	let logEFail = 0;
	for (const { gain, warm } of windows) {
		logEFail += gain;
		proof.observe(logEFail, warm);
	}
	return proof.isGiven;
}

const cold = (gain: number) => ({ gain, warm: false });
const warm = (gain: number) => ({ gain, warm: true });

describe("the proof after a warm-up", () => {
	it("is not given by cold arms, whatever they add, nor by as little as warm ones add by chance", () => {
		expect(given([cold(3), cold(9)])).toBe(false);
		expect(given([cold(3), cold(9), warm(PROOF_NATS - 0.1)])).toBe(false);
		expect(given([cold(3), cold(9), warm(PROOF_NATS)])).toBe(true);
	});

	it("is given anew when evidence had sunk to nothing, and taken back when a gateway that starts again is cold", () => {
		expect(given([cold(3), warm(-4)])).toBe(true);
		expect(given([cold(3), warm(-4), warm(1), cold(9)])).toBe(false);
	});

	it("of warm arms stays theirs while a gateway under another table starts again and again", () => {
		const flapping = Array.from({ length: 30 }, () => [cold(0.2), warm(0.2)]).flat();
		expect(given(flapping.slice(0, 10))).toBe(false);
		expect(given(flapping)).toBe(true);
	});

	it("is not waited for for ever: a version whose arms never get warm is cold by itself", () => {
		expect(given(Array.from({ length: 60 }, () => cold(0.2)))).toBe(false);
		expect(given(Array.from({ length: 90 }, () => cold(0.2)))).toBe(true);
	});

	it("is never given by cold windows alone within a minute", () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 60 }), (gains) => {
				expect(given(gains.map(cold))).toBe(false);
			}),
		);
	});
});
