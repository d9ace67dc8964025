import { readCanaryRows } from "./canary-data.ts";

const FOLDER = "aa-noise";
const PERIOD_DAYS = 30;
/** Half of them is more than our mean gate asks for, and so are the seconds they are spread over. */
const LEAST_VALUES = 80;
const DAY_MS = 86_400_000;

/** What one machine measured of one benchmark in one period, in the order of time. */
export interface AaGroup {
	readonly machine: string;
	/** From the machine's first measurement on, from 0. */
	readonly period: number;
	readonly values: readonly number[];
	/** The p95 of the machine's first period; null in that period itself. */
	readonly p95Before: number | null;
}

/** One benchmark on machines of one kind in one region, which nobody changed. */
export interface AaSeries {
	readonly name: string;
	/** `latency` in milliseconds, `throughput` in transactions a second. */
	readonly of: "latency" | "throughput";
	readonly groups: readonly AaGroup[];
}

const PLACES = ["eastus__B8ms", "eastus__D8s_v5", "westus2__B8ms", "westus2__D8s_v5"];
const BENCHMARK = "PostgreSQL__Scaling_Factor-_2500_-_Clients-_1_-_Mode-_Read_Only";

export function aaSeries(): readonly AaSeries[] {
	return (["latency", "throughput"] as const).flatMap((of) =>
		PLACES.map((place) => {
			const kind = of === "latency" ? "_-_Average_Latency" : "";
			const rows = readCanaryRows(`${FOLDER}/${BENCHMARK}${kind}__long__${place}.csv`).slice(1);
			return { name: `${of}, ${place.replace("__", " ")}`, of, groups: groupsOf(rows) };
		}),
	);
}

function groupsOf(rows: readonly (readonly string[])[]): readonly AaGroup[] {
	const machines = Map.groupBy(rows, ([, , , machine]) => machine!);
	return [...machines].flatMap(([machine, ofMachine]) => {
		const measured = ofMachine
			.map(([value, , start]) => ({ value: Number(value), atMs: Date.parse(`${start!.replace(" ", "T")}Z`) }))
			.sort((one, other) => one.atMs - other.atMs);
		const beganMs = measured[0]!.atMs;
		const periods = Map.groupBy(measured, ({ atMs }) => Math.floor((atMs - beganMs) / DAY_MS / PERIOD_DAYS));
		const valuesOf = (period: number) => (periods.get(period) ?? []).map(({ value }) => value);
		const p95 = percentile95(valuesOf(0));
		return [...periods.keys()]
			.filter((period) => valuesOf(period).length >= LEAST_VALUES)
			.map((period) => ({ machine, period, values: valuesOf(period), p95Before: period === 0 ? null : p95 }));
	});
}

function percentile95(values: readonly number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	return sorted[Math.ceil(0.95 * sorted.length) - 1]!;
}
