import {
	bucketMean,
	createCompareProcess,
	type Group,
	geometricGrid,
	meanShiftLogE,
	rejectByEValues,
	relativeLift,
} from "@headgate/core/statistics";
import type { ServiceRow, ServiceTable } from "./service-table.ts";

/** Of everything that is named, at most this share is wrong on average. */
const FALSE_DISCOVERIES = 0.05;
const LATENCY_TOLERANCE = 0.2;
/** The default gate's: 0.1pp. */
const ERROR_TOLERANCE = 0.001;
/** Below ln(62 metrics / 0.05), so that five minutes alone never name a service. */
const MOST_NATS_OF_A_ROW = 6;
const LEAST_BLOCKS = 20;
const LARGEST_LOG_E = 600;

export type ServiceMetric = "latency" | "availability";

/** One metric of one service, held against what it was when nothing was wrong. */
export interface MetricJudged {
	readonly service: string;
	readonly of: ServiceMetric;
	/** ln E against "no worse than tolerated". */
	readonly logE: number;
	/** Latency: relative difference of the means. Availability: share of failed requests. */
	readonly size: number;
	/** By e-BH over all metrics judged. */
	readonly named: boolean;
}

/** When nothing was wrong: rows, of which `together` follow each other; two of a block may resemble each other more than two of two blocks. */
export interface Reference {
	readonly table: ServiceTable;
	readonly together: number;
}

/** Every metric of every service that the reference knows well enough; `left` names those to leave out (`service metric`). */
export function judgeServices(table: ServiceTable, reference: Reference, left: ReadonlySet<string>): readonly MetricJudged[] {
	const judged = [...reference.table].flatMap(([service, before]) => {
		const now = (table.get(service) ?? []).filter(({ n }) => n > 0);
		if (now.length === 0) return [];
		const both = [
			{ service, of: "latency" as const, ...judgeLatency(now, blocksOf(before, reference.together)) },
			{ service, of: "availability" as const, ...judgeErrors(now, before) },
		];
		return both.flatMap(({ logE, size, ...which }) =>
			logE === undefined || size === undefined ? [] : [{ ...which, logE, size }],
		);
	});
	const kept = judged.filter(({ service, of }) => !left.has(`${service} ${of}`));
	const named = new Set(
		rejectByEValues(
			kept.map(({ logE }) => Math.exp(Math.min(logE, LARGEST_LOG_E))),
			FALSE_DISCOVERIES,
		),
	);
	return kept.map((one, index) => ({ ...one, named: named.has(index) }));
}

/**
 * The mean gate. What was normal says how much a block varies, and that is what chance may do now: a fault that begins half-way makes the
 * rows of now differ from each other, and must not excuse itself with that.
 */
function judgeLatency(now: readonly ServiceRow[], blocks: readonly Group[]) {
	if (blocks.length < LEAST_BLOCKS) return {};
	const champion = bucketMean(blocks);
	if (champion.mean === 0 || champion.variance === 0) return {};
	const n = now.reduce((sum, row) => sum + row.n, 0);
	const before = blocks.reduce((sum, block) => sum + block.n, 0);
	const mean = now.reduce((sum, row) => sum + row.n * row.latency, 0) / n;
	const lift = relativeLift({ mean, variance: (champion.variance * before) / n }, champion);
	return { logE: meanShiftLogE([{ mean: lift.mean - LATENCY_TOLERANCE, variance: lift.variance }]), size: lift.mean };
}

/** The compare gate, a row a window: each is held against a part of the reference of its own. */
function judgeErrors(now: readonly ServiceRow[], reference: readonly ServiceRow[]) {
	const before = reference.filter(({ n }) => n > 0);
	const each = Math.floor(before.length / now.length);
	if (before.length < LEAST_BLOCKS || each === 0) return {};
	const process = createCompareProcess({
		delta: ERROR_TOLERANCE,
		grid: geometricGrid(0.001, 0.6, 10),
		blockWindows: 1,
		capNats: MOST_NATS_OF_A_ROW,
		restarts: { kind: "none" },
	});
	for (const [index, { n, failed }] of now.entries()) {
		const part = before.slice(index * each, (index + 1) * each);
		const sum = (of: "n" | "failed") => part.reduce((total, row) => total + row[of], 0);
		process.update(failed, n, sum("failed"), sum("n"));
	}
	const failed = now.reduce((sum, row) => sum + row.failed, 0);
	return { logE: process.logE(), size: failed / now.reduce((sum, row) => sum + row.n, 0) };
}

function blocksOf(rows: readonly ServiceRow[], together: number): readonly Group[] {
	const blocks: Group[] = [];
	for (let from = 0; from + together <= rows.length; from += together) {
		const block = rows.slice(from, from + together);
		const n = block.reduce((sum, row) => sum + row.n, 0);
		if (n > 0) blocks.push({ n, sum: block.reduce((sum, row) => sum + row.n * row.latency, 0) });
	}
	return blocks;
}
