import { cpuTimeUs } from "../shared/cpu-time.ts";
import { median } from "../shared/numbers.ts";
import { type Slice, wrk } from "./wrk.ts";

/** One of the two that are compared. */
export interface Side {
	readonly name: string;
	readonly port: number;
	readonly pid: number;
}

export interface MeasuredSlice extends Slice {
	readonly requestsPerSecond: number;
	readonly cpuUsPerRequest: number;
}

export interface Round {
	readonly ours: MeasuredSlice;
	readonly theirs: MeasuredSlice;
}

export interface SideFigures {
	readonly requestsPerSecond: number;
	readonly p50Us: number;
	readonly p99Us: number;
	readonly cpuUsPerRequest: number;
	readonly requests: number;
}

/** Alternates the two, and who goes first, in slices short enough that a noisy neighbour meets both. */
export async function measureRounds(
	ours: Side,
	theirs: Side,
	load: { readonly script: string; readonly connections: number; readonly seconds: number; readonly rounds: number },
): Promise<Round[]> {
	const rounds: Round[] = [];
	for (let i = 0; i < load.rounds; i++) {
		const first = await measure(i % 2 === 0 ? ours : theirs, load);
		const second = await measure(i % 2 === 0 ? theirs : ours, load);
		rounds.push(i % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
	}
	return rounds;
}

async function measure(
	side: Side,
	load: { readonly script: string; readonly connections: number; readonly seconds: number },
): Promise<MeasuredSlice> {
	const before = cpuTimeUs(side.pid);
	const slice = await wrk({ ...load, port: side.port });
	const cpuUs = cpuTimeUs(side.pid) - before;
	if (slice.errors > 0) throw new Error(`${side.name}: ${slice.errors} of ${slice.requests} requests failed`);
	return { ...slice, requestsPerSecond: slice.requests / slice.seconds, cpuUsPerRequest: cpuUs / slice.requests };
}

/** The middle of the slices, figure by figure. */
export function figuresOf(slices: readonly MeasuredSlice[]): SideFigures {
	const middle = (of: (slice: MeasuredSlice) => number): number => median(slices.map(of));
	return {
		requestsPerSecond: middle((slice) => slice.requestsPerSecond),
		p50Us: middle((slice) => slice.p50Us),
		p99Us: middle((slice) => slice.p99Us),
		cpuUsPerRequest: middle((slice) => slice.cpuUsPerRequest),
		requests: slices.reduce((sum, slice) => sum + slice.requests, 0),
	};
}
