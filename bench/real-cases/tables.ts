import { type AaRow, HARMS } from "./aa-noise.ts";
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

/** All series together: how often each rule calls a challenger worse that is as good, and one that is not. */
export function aaTotals(rows: readonly AaRow[]): Table {
	const splits = sumOver(rows, (row) => row.splits);
	const shares = (of: (row: AaRow) => readonly number[]) =>
		HARMS.map((_, at) =>
			percent(
				sumOver(rows, (row) => of(row)[at]!),
				splits,
			),
		);
	return {
		head: ["called worse", "nothing differs", ...HARMS.slice(1).map((harm) => `${100 * harm} % worse`)],
		rows: [
			["Headgate, looked at every second", ...shares(({ ours }) => ours)],
			["Kayenta, one look", ...shares(({ kayenta }) => kayenta)],
			[
				"Kayenta, four looks",
				percent(
					sumOver(rows, (row) => row.kayentaFourLooks),
					splits,
				),
				...HARMS.slice(1).map(() => ""),
			],
			["mean over 2 % worse, at the end", ...shares(({ overAtEnd }) => overAtEnd)],
			["mean over 2 % worse, at any second", ...shares(({ overAtAnyTime }) => overAtAnyTime)],
		],
	};
}

/** Ours by series. */
export function aaTable(rows: readonly AaRow[]): Table {
	return {
		head: [
			"series",
			"machine-months",
			"splits",
			"proven within 2 %",
			"called worse",
			...HARMS.slice(1).map((harm) => `${100 * harm} % worse`),
		],
		rows: rows.map(({ series, groups, splits, proven, ours }) => [
			series,
			String(groups),
			splits.toLocaleString("en"),
			...[proven, ...ours].map((count) => percent(count, splits)),
		]),
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

function sumOver<T>(rows: readonly T[], of: (row: T) => number): number {
	return rows.reduce((total, row) => total + of(row), 0);
}

function percent(count: number, of: number): string {
	const share = (100 * count) / of;
	return `${count === 0 || share >= 10 || count === of ? Math.round(share) : share.toFixed(share < 1 ? 2 : 1)} %`;
}
