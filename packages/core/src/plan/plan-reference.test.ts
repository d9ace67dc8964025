import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METRICS } from "./metric-table.ts";
import { planReference } from "./plan-reference.ts";
import { OPTIONS, STAGES } from "./stage-table.ts";

describe("the reference page of the plan language", () => {
	it("is what the tables say", () => {
		const page = new URL("../../../../docs/reference/plan-language.md", import.meta.url);
		expect(readFileSync(page, "utf8")).toBe(planReference());
	});

	it("explains every option that some stage takes, and no other", () => {
		expect(OPTIONS.map((row) => row.name).sort()).toEqual([...new Set(STAGES.flatMap((row) => row.options))].sort());
	});

	it("says where each metric is judged only among the places where it may stand", () => {
		for (const row of METRICS) expect(row.places).toEqual(expect.arrayContaining([...row.available]));
	});
});
