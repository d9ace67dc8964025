import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aaTable, aaTotals, faultTable, faultTotals, kayentaTable, type RealCasesMeasured, type Table } from "./tables.ts";

const ROOT = join(import.meta.dirname, "../..");

export const REAL_CASES_PAGE = join(ROOT, "docs/real-cases.md");

export function keptRealCases(): RealCasesMeasured {
	return JSON.parse(readFileSync(join(ROOT, "bench/results/real-cases.json"), "utf8")).measured;
}

/** The page with each table, between `<!-- table NAME -->` and `<!-- end -->`, as the measured cases have it. */
export function withTables(page: string, measured: RealCasesMeasured): string {
	const tables: Readonly<Record<string, Table>> = {
		kayenta: kayentaTable(measured.kayenta),
		"aa-totals": aaTotals(measured.aa),
		aa: aaTable(measured.aa),
		faults: faultTable(measured.petshop),
		"fault-totals": faultTotals(measured.petshop),
	};
	return page.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
		const table = tables[name];
		if (table === undefined) throw new Error(`the page asks for a table "${name}"; there are ${Object.keys(tables).join(", ")}`);
		return `${begin}${markdown(table)}${end}`;
	});
}

function markdown({ head, rows }: Table): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
	return `${line(head)}|${"---|".repeat(head.length)}\n${rows.map(line).join("")}`;
}
