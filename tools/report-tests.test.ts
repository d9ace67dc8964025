import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";

interface Counts {
	passed: number;
	failed: number;
	skipped: number;
	refused: string[];
}
const { countTests } = createRequire(import.meta.url)("./report-tests.cjs") as {
	countTests(report: unknown, allowed: readonly string[]): Counts;
};

const file = (status: string, ...tests: [fullName: string, status: string][]) => ({
	name: path.resolve(import.meta.dirname, "../packages/core/src/a.test.ts"),
	status,
	assertionResults: tests.map(([fullName, test]) => ({ fullName, status: test })),
});

describe("the count of tests", () => {
	it("refuses every skip that is not listed, whatever vitest calls it", () => {
		const report = {
			testResults: [file("passed", ["a", "passed"], ["b", "skipped"], ["c", "todo"], ["d", "pending"], ["e", "failed"])],
		};
		expect(countTests(report, ["packages/core/src/a.test.ts > c"])).toEqual({
			passed: 1,
			failed: 1,
			skipped: 3,
			refused: ["packages/core/src/a.test.ts > b", "packages/core/src/a.test.ts > d"],
		});
	});

	it("counts a file that could not even be loaded as one failure", () => {
		expect(countTests({ testResults: [file("failed"), file("passed", ["a", "passed"])] }, [])).toMatchObject({
			passed: 1,
			failed: 1,
		});
	});
});
