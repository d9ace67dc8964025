import type { AaRow } from "./aa-noise.ts";
import type { KayentaRow } from "./kayenta-cases.ts";
import type { FaultRow, PetshopResult } from "./petshop/index.ts";

/** What the bench keeps, and what the tables of docs/real-cases.md are made from. */
export interface RealCasesMeasured {
	readonly kayenta: readonly KayentaRow[];
	readonly aa: readonly AaRow[];
	readonly petshop: PetshopResult;
}

export interface Table {
	readonly head: readonly string[];
	readonly rows: readonly (readonly string[])[];
}

export function kayentaTable(rows: readonly KayentaRow[]): Table {
	return {
		head: ["case", "values", "means", "our gates: `business` ...", "Kayenta", "ours", "why"],
		rows: rows.map(({ name, n, means, gates, kayenta, ours, why }) => [
			name,
			n.join(" and "),
			means.map((mean) => (mean === null ? "none" : Number(mean.toPrecision(3)))).join(" and "),
			gates.map((gate) => `\`${gate.replace(/^business of \w+ /, "")}\``).join(", "),
			kayenta,
			`\`${ours}\``,
			why,
		]),
	};
}

export function aaTable(rows: readonly AaRow[]): Table {
	const sum = (of: (row: AaRow) => number) => rows.reduce((total, row) => total + of(row), 0);
	const all: AaRow = {
		...{ series: "all", groups: sum((row) => row.groups), splits: sum((row) => row.splits), values: sum((row) => row.values) },
		ours: {
			failed: sum(({ ours }) => ours.failed),
			failedAtBorder: sum(({ ours }) => ours.failedAtBorder),
			passed: sum(({ ours }) => ours.passed),
			latencyJudged: sum(({ ours }) => ours.latencyJudged),
			latencyFailed: sum(({ ours }) => ours.latencyFailed),
			found: [0, 1].map((harm) => sum(({ ours }) => ours.found[harm]!)),
		},
		kayenta: { once: sum(({ kayenta }) => kayenta.once), fourLooks: sum(({ kayenta }) => kayenta.fourLooks) },
		fixedThreshold: {
			once: sum(({ fixedThreshold }) => fixedThreshold.once),
			everySecond: sum(({ fixedThreshold }) => fixedThreshold.everySecond),
		},
	};
	return {
		head: [
			"series",
			"machine-months",
			"splits",
			"ours: false alarms",
			"at the border",
			"proven within 2 %",
			"5 % found",
			"10 % found",
			"Kayenta: one look",
			"four looks",
			"over 2 %: at the end",
			"at any time",
		],
		rows: [...rows, all].map(({ series, groups, splits, ours, kayenta, fixedThreshold }) => {
			const share = (count: number) => percent(count, splits);
			return [
				series,
				String(groups),
				splits.toLocaleString("en"),
				...[ours.failed, ours.failedAtBorder, ours.passed, ...ours.found].map(share),
				...[kayenta.once, kayenta.fourLooks, fixedThreshold.once, fixedThreshold.everySecond].map(share),
			];
		}),
	};
}

export function faultTable({ quietDays, sameDays }: PetshopResult): Table {
	return {
		head: [
			"fault",
			"service at fault",
			"metric",
			"seen there",
			"named",
			"named against the same days",
			"also named: reached by it",
			"not reached",
		],
		rows: quietDays.map((row, index) => {
			const { fault, cause, of, atFault, reached, others } = row;
			return [
				fault,
				cause.split("_")[0]!,
				of,
				seen(row),
				yes(atFault),
				yes(sameDays[index]!.atFault),
				String(reached.length),
				short(others),
			];
		}),
	};
}

/** Totals against either reference. */
export function faultTotals({ quietDays, sameDays }: PetshopResult): Table {
	const columns = [quietDays, sameDays];
	const count = (of: (row: FaultRow) => number) => columns.map((rows) => String(rows.reduce((sum, row) => sum + of(row), 0)));
	return {
		head: ["", "against the quiet days", "against the same days"],
		rows: [
			["faults", ...count(() => 1)],
			["the metric at fault is named", ...count(({ atFault }) => Number(atFault?.named === true))],
			["it has the most evidence of all", ...count(({ first }) => Number(first))],
			["metrics named of services that the fault reaches", ...count(({ reached }) => reached.length)],
			["metrics named of other services", ...count(({ others }) => others.length)],
			["metrics judged of other services", ...count(({ unreached }) => unreached)],
		],
	};
}

function seen({ of, atFault }: FaultRow): string {
	if (atFault === null) return "not judged";
	return of === "latency" ? `${signed(100 * atFault.size)} %` : `${Number((100 * atFault.size).toPrecision(2))} % failed`;
}

function signed(value: number): string {
	return `${value >= 0 ? "+" : ""}${Math.round(value)}`;
}

function yes(atFault: FaultRow["atFault"]): string {
	return atFault?.named === true ? "yes" : "no";
}

function short(names: readonly string[]): string {
	return names.map((name) => name.replace(/^([^_@: ]+)\S* /, "$1 ")).join(", ");
}

function percent(count: number, of: number): string {
	const share = (100 * count) / of;
	return `${count === 0 || share >= 10 || count === of ? Math.round(share) : share.toFixed(share < 1 ? 2 : 1)} %`;
}
