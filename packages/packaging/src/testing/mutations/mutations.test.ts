import { describe, expect, it } from "vitest";
import { MUTATION_SUBJECTS } from "./all-subjects.ts";
import { runMutations } from "./run-mutations.ts";

/** `npm run bench -- mutations` runs 100,000 of each, in a process whose memory, coverage and time are measured. */
const CASES = 1_000;

describe.each(MUTATION_SUBJECTS.map((subject) => [subject.name, subject] as const))("the %s parser", (_, subject) => {
	it("reads the files that the mutations start from", async () => {
		for (const seed of subject.seeds()) await expect(subject.parse(seed)).resolves.toBeDefined();
	});

	it(`answers ${CASES.toLocaleString("en")} mutations with its own refusals only, and refuses some of either kind`, async () => {
		const report = await runMutations(subject, 0, CASES);
		expect(report.wrong).toEqual([]);
		const refused = CASES - (report.answers["read"] ?? 0);
		expect(refused).toBeGreaterThan(CASES / 20);
	});
});
