import { readCanaryRows } from "../canary-data.ts";

const FOLDER = "petshop/high_traffic";
const HEADING_ROWS = 4;

/** Five minutes of one service: requests, and a mean over them; no requests where nothing was recorded. */
export interface ServiceRow {
	readonly n: number;
	/** Seconds of an average request. */
	readonly latency: number;
	/** Requests that failed; the data have them as a percentage of those that did not. */
	readonly failed: number;
}

/** Rows of every service by its name, five minutes each, in the order of time. */
export type ServiceTable = ReadonlyMap<string, readonly ServiceRow[]>;

const NOTHING: ServiceRow = { n: 0, latency: 0, failed: 0 };

export function quietDays(): ServiceTable {
	return readTable(`${FOLDER}/noissue/metrics.csv.gz`);
}

export interface Fault {
	/** As the data name it: `test 0`. */
	readonly name: string;
	/** The service in which it was caused, and what it was made to do. */
	readonly cause: string;
	readonly of: "latency" | "availability";
	/** Five rows; the first is from before the fault in every one of them. */
	readonly table: ServiceTable;
}

/** 8 faults for training and 18 for testing; nothing here is trained, so all are judged. */
export function faults(): readonly Fault[] {
	const numbers = (of: string, count: number) => Array.from({ length: count }, (_, index) => [of, index] as const);
	return [...numbers("train", 8), ...numbers("test", 18)].map(([of, index]) => {
		const folder = `${FOLDER}/${of}/issue_${index}`;
		const { root_cause, target } = JSON.parse(readCanaryRows(`${folder}/target.json`).join(","));
		return { name: `${of} ${index}`, cause: root_cause.node, of: target.metric, table: readTable(`${folder}/metrics.csv`) };
	});
}

/** Whom each service calls. */
export function callGraph(): ReadonlyMap<string, readonly string[]> {
	const [heading, ...rows] = readCanaryRows(`${FOLDER}/graph.csv`);
	return new Map(rows.map(([caller, ...calls]) => [caller!, heading!.slice(1).filter((_, index) => Number(calls[index]) > 0)]));
}

function readTable(path: string): ServiceTable {
	const rows = readCanaryRows(path);
	const [services, metrics, statistics] = rows as [readonly string[], readonly string[], readonly string[]];
	const columns = new Map(services.map((service, index) => [`${service} ${metrics[index]} ${statistics[index]}`, index]));
	const names = [...new Set(services.slice(1))];
	const valueAt = (row: readonly string[], column: number | undefined) => {
		const text = column === undefined ? "" : (row[column] ?? "");
		return text === "" ? null : Number(text);
	};
	return new Map(
		names.map((service) => {
			const column = (metric: string) => columns.get(`${service} ${metric}`);
			const [requests, latency, availability] = [
				column("requests Sum"),
				column("latency Average"),
				column("availability Average"),
			];
			const read = (row: readonly string[]): ServiceRow => {
				const n = Math.round(valueAt(row, requests) ?? 0);
				const [seconds, percent] = [valueAt(row, latency), valueAt(row, availability)];
				if (n === 0 || seconds === null || percent === null) return NOTHING;
				return { n, latency: seconds, failed: Math.min(n, Math.max(0, Math.round(n * (1 - percent / 100)))) };
			};
			return [service, rows.slice(HEADING_ROWS).map(read)] as const;
		}),
	);
}
