import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEvidenceDefect, parseEvidenceLine, renderEvidenceDefect, renderEvidenceLine } from "./evidence-record.ts";

const evidence = fc.record({ kind: fc.constantFrom("window", "close"), counts: fc.array(fc.nat()), more: fc.jsonValue() });

describe("a line of evidence", () => {
	it("comes back as what was written, with its position and its sum", () => {
		fc.assert(
			fc.property(evidence, fc.integer({ min: 1, max: 1e9 }), (record, position) => {
				const parsed = parseEvidenceLine(renderEvidenceLine(position, record), position);
				expect(isEvidenceDefect(parsed)).toBe(false);
				expect(parsed).toMatchObject({ position, sum: expect.stringMatching(/^[0-9a-f]{16}$/), kind: record.kind });
			}),
		);
	});

	it("of which one character was changed is a defect, whatever character it was", () => {
		fc.assert(
			fc.property(evidence, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (record, pick, character) => {
				const line = renderEvidenceLine(3, record);
				const i = pick % line.length;
				const changed = line.slice(0, i) + character + line.slice(i + 1);
				const parsed = parseEvidenceLine(changed, 3);
				expect(isEvidenceDefect(parsed)).toBe(changed !== line);
				if (isEvidenceDefect(parsed)) expect(renderEvidenceDefect("credit-risk", parsed)).toContain("record 3");
			}),
			{ numRuns: 500 },
		);
	});

	it("that lies at another position, is cut short, or is no record is a defect", () => {
		const line = renderEvidenceLine(3, { kind: "close", second: 7 });
		for (const [text, position] of [
			[line, 4],
			[line.slice(0, -3), 3],
			["", 3],
			[line.replace('"second":7', '"second":1e999'), 3],
			["null", 3],
			["[]", 3],
			['"x"', 3],
		] as const) {
			expect(isEvidenceDefect(parseEvidenceLine(text, position)), text).toBe(true);
		}
	});
});
