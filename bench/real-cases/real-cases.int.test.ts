import { readFileSync } from "node:fs";
import { ALPHA_FAIL } from "@headgate/core/statistics";
import { describe, expect, it } from "vitest";
import { aaRows } from "./aa-noise.ts";
import { kayentaRows } from "./kayenta-cases.ts";
import { keptRealCases, REAL_CASES_PAGE, withTables } from "./page.ts";
import { petshop } from "./petshop/index.ts";

const kept = keptRealCases();

describe("the page of the real cases", () => {
	it("has the tables of what was measured last (else: node bench/real-cases/write-page.ts)", () => {
		const page = readFileSync(REAL_CASES_PAGE, "utf8");
		expect(withTables(page, kept)).toBe(page);
	});
});

describe("Kayenta's cases", () => {
	const rows = kayentaRows();

	it("are judged as the page says (else: npm run bench -- real-cases --write)", () => {
		expect(rows).toEqual(kept.kayenta);
	});

	it("never fail with us where Kayenta passes, and pass where it finds something only within the tolerance", () => {
		for (const { kayenta, ours, lift } of rows) {
			if (kayenta === "Pass") expect(ours).not.toBe("fail");
			else if (ours === "pass") expect(Math.abs(lift!)).toBeLessThan(0.2);
		}
	});

	it("are unknown without values, or with fewer than twenty an arm", () => {
		for (const { n, ours } of rows) if (Math.min(...n) < 20) expect(ours).toBe("unknown");
	});

	it("are decided both ways where thirty values are enough", () => {
		const decided = rows.filter(({ ours }) => ours !== "unknown").map(({ ours }) => ours);
		expect(decided.sort()).toEqual(["fail", "fail", "pass", "pass"]);
	});
});

describe("machines that nobody changed, split at random", () => {
	const rows = aaRows(1, 4);
	const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
	const splits = sum((row) => row.splits);

	it("are never called worse in 120 splits", () => {
		expect(splits).toBeGreaterThan(100);
		expect(sum(({ ours }) => ours[0]!)).toBe(0);
	});

	it("are proven alike in most splits, and found when made 10 % worse", () => {
		expect(sum(({ proven }) => proven) / splits).toBeGreaterThan(0.8);
		expect(sum(({ ours }) => ours[3]!) / splits).toBeGreaterThan(0.95);
	});

	it("were called worse in the many splits of the page in at most the share that alpha promises, at the border too", () => {
		const all = kept.aa.reduce((total, row) => total + row.splits, 0);
		expect(all).toBeGreaterThan(4_000);
		expect(kept.aa.reduce((total, { ours }) => total + ours[0]!, 0) / all).toBeLessThanOrEqual(ALPHA_FAIL);
		expect(kept.aa.reduce((total, { ours }) => total + ours[1]!, 0) / all).toBeLessThanOrEqual(ALPHA_FAIL);
	});
});

describe("faults in a shop of microservices", () => {
	const result = petshop();
	const found = (rows: typeof result.quietDays) => rows.filter(({ atFault }) => atFault?.named === true).length;

	it("are judged as the page says (else: npm run bench -- real-cases --write)", () => {
		expect(result).toEqual(kept.petshop);
	});

	it("are found at the service at fault: 22 of 26 against the quiet days, 24 against the same days", () => {
		expect(found(result.quietDays)).toBeGreaterThanOrEqual(22);
		expect(found(result.sameDays)).toBeGreaterThanOrEqual(24);
	});

	it("leave services in peace that they do not reach, in 99 of 100 metrics", () => {
		for (const rows of [result.quietDays, result.sameDays]) {
			const others = rows.reduce((total, row) => total + row.others.length, 0);
			expect(others / rows.reduce((total, row) => total + row.unreached, 0)).toBeLessThan(0.01);
		}
	});

	it("name something in at most 5 % of quiet blocks", () => {
		const { blocks, withAnyNamed } = result.quietBlocks;
		expect(withAnyNamed / blocks).toBeLessThanOrEqual(0.05);
	});
});
