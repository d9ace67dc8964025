import type { SimulationSummary } from "@headgate/core/simulation";

/** A line of the table as it is handed to machines. */
export interface SimulationRow {
	readonly world: string;
	readonly rule: string;
	/** Requests a second, both arms together. */
	readonly rate: number;
	readonly change: string;
	readonly runs: number;
	/** 0 to 1. */
	readonly rolledBack: number;
	/** 95 % interval of `rolledBack`. */
	readonly interval: readonly [number, number];
	/** Share that was rolled back before the change began, 0 to 1. */
	readonly early: number;
	/** From the onset to the verdict; null when none was rolled back. */
	readonly medianSeconds: number | null;
	/** 95 % interval of `medianSeconds`; null with fewer than six. */
	readonly medianInterval: readonly [number, number] | null;
	readonly medianBadAnswers: number | null;
	readonly gates: Readonly<Record<string, number>>;
}

/** What many rollouts of one kind had in common: in a simulated world, or in recorded traffic. */
interface Kind {
	readonly world: string;
	readonly rule: string;
	readonly requestsPerSecond: number;
	readonly change: { readonly text: string };
}

export function toRow({ world, rule, requestsPerSecond, change }: Kind, summary: SimulationSummary): SimulationRow {
	return { world, rule, rate: requestsPerSecond, change: change.text, ...summary };
}

/** The table for people; the rule stands above its rows. */
export function renderSimulation(rows: readonly SimulationRow[]): string[] {
	const lines: string[] = [];
	for (const rule of new Set(rows.map((row) => row.rule))) {
		lines.push(
			rule,
			`  ${"world".padEnd(8)} ${"change".padEnd(9)} ${"rate".padStart(7)}  ${"rolled back (95 %)".padEnd(24)} ${"median".padStart(7)}  bad answers`,
		);
		for (const row of rows.filter((one) => one.rule === rule)) lines.push(`  ${renderRow(row)}`);
		lines.push("");
	}
	return lines;
}

function renderRow({ world, change, rate, rolledBack, interval, medianSeconds, medianBadAnswers }: SimulationRow): string {
	const share = `${percent(rolledBack)} (${percent(interval[0])} to ${percent(interval[1])})`;
	const seconds = medianSeconds === null ? "-" : `${medianSeconds} s`;
	const bad = medianBadAnswers === null ? "-" : medianBadAnswers.toLocaleString("en");
	return `${world.padEnd(8)} ${change.padEnd(9)} ${`${rate}/s`.padStart(7)}  ${share.padEnd(24)} ${seconds.padStart(7)}  ${bad}`;
}

/** A share (0 to 1) for people: `0.13 %`, `97 %`. Neither nearly none nor nearly all looks like none or all. */
export function percent(share: number): string {
	const hundred = share * 100;
	const rounded = hundred === 0 || hundred === 100 || (hundred >= 10 && hundred < 99.5);
	return `${rounded ? Math.round(hundred) : hundred.toFixed(2)} %`;
}
