/**
 * Real cases that others recorded: Kayenta's own test cases, benchmarks of machines nobody changed, and faults put into a shop of
 * microservices on purpose. What our judgement says of each, beside what Kayenta and a fixed threshold say.
 */
import { ALPHA_FAIL } from "@headgate/core/statistics";
import { type Bench, type BenchContext, type BenchResult, NotMeasured } from "../shared/bench.ts";
import { renderTable } from "../shared/table.ts";
import { type AaRow, aaRows } from "./aa-noise.ts";
import { hasCanaryData } from "./canary-data.ts";
import { type KayentaRow, kayentaRows } from "./kayenta-cases.ts";
import { type PetshopResult, petshop } from "./petshop/index.ts";
import { aaTable, aaTotals, faultTable, kayentaTable, type RealCasesMeasured } from "./tables.ts";

const FIRST_FOUND = 20;

export const realCasesBench: Bench = {
	name: "real-cases",
	about: "Kayenta's cases, A/A noise and PetShop's faults, by our judgement and by peers' rules",
	options: {
		splits: { about: "random splits of what one machine measured in 30 days", fallback: 40, min: 1, max: 10_000 },
		seed: { about: "the same seed gives the same splits", fallback: 20_261, min: 1, max: 2 ** 31 - 1 },
	},
	run,
};

async function run({ options, line }: BenchContext): Promise<BenchResult> {
	if (!hasCanaryData()) throw new NotMeasured("the recorded cases do not lie beside the repository");
	const { splits = 40, seed = 1 } = options;
	const kayenta = kayentaRows();
	show(line, kayentaTable(kayenta));
	const faults = petshop();
	show(line, faultTable(faults));
	const aa = aaRows(splits, seed, (done, total) => line(`  A/A: ${done} of ${total} series`));
	show(line, aaTotals(aa));
	show(line, aaTable(aa));
	return resultOf({ kayenta, aa, petshop: faults });
}

function resultOf(measured: RealCasesMeasured): BenchResult {
	const { falseAlarms, splits } = falseAlarmsOf(measured.aa);
	const found = foundOf(measured.petshop);
	const contradicted = contradictions(measured.kayenta);
	const quiet = falseAlarms <= ALPHA_FAIL * splits && contradicted === 0;
	const faults = measured.petshop.quietDays.length;
	return {
		figure: `${falseAlarms} of ${splits} A/A splits called worse; ${found} of ${faults} faults named; ${contradicted} of ${measured.kayenta.length} cases contradicted`,
		first: `<= ${100 * ALPHA_FAIL} % called worse, >= ${FIRST_FOUND} named, 0 contradicted`,
		meetsFirst: quiet && found >= FIRST_FOUND,
		goal: "every fault named",
		meetsGoal: quiet && found === faults,
		versions: {},
		measured,
	};
}

function falseAlarmsOf(rows: readonly AaRow[]) {
	const sum = (of: (row: AaRow) => number) => rows.reduce((total, row) => total + of(row), 0);
	return { falseAlarms: sum(({ ours }) => ours[0]!), splits: sum(({ splits }) => splits) };
}

function foundOf({ quietDays }: PetshopResult): number {
	return quietDays.filter(({ atFault }) => atFault?.named === true).length;
}

/** Cases in which one says that all is well and the other that it is not. Where ours passes what Kayenta finds, the tolerance is proven. */
function contradictions(rows: readonly KayentaRow[]): number {
	return rows.filter(({ kayenta, ours }) => kayenta === "Pass" && ours === "fail").length;
}

function show(
	line: BenchContext["line"],
	{ head, rows }: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] },
): void {
	line();
	for (const text of renderTable(head, rows)) line(`  ${text}`);
	line();
}
