/** Faults that were put into a shop of microservices on purpose: is the service at fault named, and are those left in peace that it does not reach? */
import { affectedBy } from "./affected.ts";
import { judgeServices, type MetricJudged, type Reference } from "./judge-service.ts";
import { callGraph, type Fault, faults, quietDays, type ServiceRow, type ServiceTable } from "./service-table.ts";

const BLOCK_ROWS = 5;

export interface FaultRow {
	readonly fault: string;
	readonly cause: string;
	readonly of: "latency" | "availability";
	/** The metric of the service at fault: how far it is from normal, ln E, whether it was named; null when it could not be judged. */
	readonly atFault: Pick<MetricJudged, "size" | "logE" | "named"> | null;
	/** The largest ln E of all is that of the service at fault. */
	readonly first: boolean;
	readonly judged: number;
	/** Named beside it: metrics of services that the fault reaches, and of others. */
	readonly reached: readonly string[];
	readonly others: readonly string[];
	/** Metrics judged of services that it does not reach. */
	readonly unreached: number;
}

export interface PetshopResult {
	/** Against two quiet days, which were five months later. */
	readonly quietDays: readonly FaultRow[];
	/** Against the first five minutes of the other faults' recordings, from the same two days. */
	readonly sameDays: readonly FaultRow[];
	/** Metrics that had changed between the two before any fault, and were left out. */
	readonly stale: readonly string[];
	/** Blocks of 25 quiet minutes held against all other quiet minutes, and those of them in which anything was named. */
	readonly quietBlocks: {
		readonly blocks: number;
		readonly withAnyNamed: number;
		readonly metrics: number;
		readonly named: number;
	};
}

const NONE: ReadonlySet<string> = new Set();

export function petshop(): PetshopResult {
	const quiet = { table: quietDays(), together: BLOCK_ROWS };
	const all = faults();
	const calls = callGraph();
	const stale = judgeServices(firstRows(all), quiet, NONE).filter(({ named }) => named);
	const left = new Set(stale.map(nameOf));
	return {
		quietDays: all.map((fault) => rowOf(fault, quiet, left, calls)),
		sameDays: all.map((fault) => {
			const others = all.filter((other) => other !== fault);
			return rowOf(fault, { table: firstRows(others), together: 1 }, NONE, calls);
		}),
		stale: stale.map(nameOf),
		quietBlocks: quietBlocks(quiet),
	};
}

function rowOf(
	{ name, cause, of, table }: Fault,
	reference: Reference,
	left: ReadonlySet<string>,
	calls: ReturnType<typeof callGraph>,
): FaultRow {
	const judged = judgeServices(table, reference, left);
	const affected = affectedBy(cause, calls);
	const isAtFault = (one: MetricJudged) => one.service === cause && one.of === of;
	const atFault = judged.find(isAtFault);
	const named = judged.filter((one) => one.named && !isAtFault(one));
	const largest = Math.max(...judged.map(({ logE }) => logE));
	return {
		...{ fault: name, cause, of, judged: judged.length },
		atFault: atFault === undefined ? null : { size: digits(atFault.size), logE: digits(atFault.logE), named: atFault.named },
		first: atFault !== undefined && atFault.logE === largest,
		reached: named.filter(({ service }) => affected.has(service)).map(nameOf),
		others: named.filter(({ service }) => !affected.has(service)).map(nameOf),
		unreached: judged.filter(({ service }) => !affected.has(service)).length,
	};
}

function firstRows(all: readonly Fault[]): ServiceTable {
	const services = new Set(all.flatMap(({ table }) => [...table.keys()]));
	const rows = (service: string): readonly ServiceRow[] => all.flatMap(({ table }) => table.get(service)?.slice(0, 1) ?? []);
	return new Map([...services].map((service) => [service, rows(service)]));
}

function quietBlocks({ table }: Reference): PetshopResult["quietBlocks"] {
	const blocks = Math.floor(Math.max(...[...table.values()].map((rows) => rows.length)) / BLOCK_ROWS);
	const counted = { blocks, withAnyNamed: 0, metrics: 0, named: 0 };
	for (let block = 0; block < blocks; block++) {
		const from = block * BLOCK_ROWS;
		const only = mapRows(table, (rows) => rows.slice(from, from + BLOCK_ROWS));
		const rest = mapRows(table, (rows) => [...rows.slice(0, from), ...rows.slice(from + BLOCK_ROWS)]);
		const judged = judgeServices(only, { table: rest, together: BLOCK_ROWS }, NONE);
		const named = judged.filter((one) => one.named).length;
		counted.metrics += judged.length;
		counted.named += named;
		if (named > 0) counted.withAnyNamed++;
	}
	return counted;
}

function mapRows(table: ServiceTable, change: (rows: readonly ServiceRow[]) => readonly ServiceRow[]): ServiceTable {
	return new Map([...table].map(([service, rows]) => [service, change(rows)]));
}

function nameOf({ service, of }: Pick<MetricJudged, "service" | "of">): string {
	return `${service} ${of}`;
}

/** Four that count: the last ones are no finding. */
function digits(value: number): number {
	return Number(value.toPrecision(4));
}
