import { type ChampionLatencies, failedOf, percentilesMissing, type Window, watchedLatencies } from "../analysis/index.ts";
import type { Plan } from "../plan/index.ts";
import { bucketRangeUs, countAbove, countOf, type LatencySketch, mergeSketches, quantileUs } from "../statistics/index.ts";
import { type ArmNoise, estimateArmNoise, type NoiseShare } from "./arm-noise.ts";

/** What the champion of an endpoint answered, second by second, as a plan's gates count it. */
export interface RecordedTraffic {
	/** The champion's percentiles that the plan needs, from the first seconds of the record, as a rollout takes them. */
	readonly championUs: ChampionLatencies;
	/** Limits whose exceedances `over` counts, ascending. */
	readonly latencyUs: readonly number[];
	/** Seconds that somebody reported, in order; gaps are left out. */
	readonly seconds: readonly RecordedSecond[];
	/** Noise between gateways; null when there was only one, or too little to say. */
	readonly noise: { readonly errors: ArmNoise | null; readonly latency: ArmNoise | null };
}

export interface RecordedSecond {
	readonly n: number;
	readonly failed: number;
	readonly over: readonly number[];
}

/** As many answers as a rollout takes the champion's percentiles from. */
const REQUESTS_FOR_PERCENTILES = 2_000;
/** Blocks in which noise between gateways is looked for: shorter than what load and hiccups need to change. */
const BLOCK_SECONDS = 5;

/** One gateway in one second. */
interface Recorded {
	readonly gateway: string;
	readonly n: number;
	readonly failed: number;
	readonly latency: LatencySketch;
}

/** Gathers what champions answered from an endpoint's recorded windows, whoever the champion was. */
export class TrafficRecord {
	readonly #bySecond = new Map<number, Recorded[]>();

	take({ second, gateway, arms }: Window): void {
		for (const arm of Object.values(arms)) {
			const { role, n, latency } = arm;
			if (role !== "champion" || n === 0) continue;
			const recorded = { gateway, n, failed: Math.min(n, failedOf(arm)), latency };
			const known = this.#bySecond.get(second);
			if (known === undefined) this.#bySecond.set(second, [recorded]);
			else known.push(recorded);
		}
	}

	/** Seconds with an answer of a champion. */
	get seconds(): number {
		return this.#bySecond.size;
	}

	/** The record as the gates of `plan` would count it. */
	under(plan: Plan): RecordedTraffic {
		const inOrder = [...this.#bySecond].sort(([a], [b]) => a - b);
		const championUs = percentilesOf(plan, firstAnswers(inOrder));
		const latencyUs = watchedLatencies(plan, championUs);
		const seconds = inOrder.map(([, recorded]): RecordedSecond => {
			const merged = mergeSketches(recorded.map(({ latency }) => latency));
			const n = recorded.reduce((sum, one) => sum + one.n, 0);
			// Sketches leave out what was still running, so they never hold more than n.
			const over = latencyUs.map((us) => Math.min(n, countAbove(merged, us)));
			return { n, failed: recorded.reduce((sum, one) => sum + one.failed, 0), over };
		});
		const slowUs = latencyUs[0];
		const noise = {
			errors: estimateArmNoise(blocksOf(inOrder, ({ failed }) => failed)),
			latency: slowUs === undefined ? null : estimateArmNoise(blocksOf(inOrder, ({ latency }) => countAbove(latency, slowUs))),
		};
		return { championUs, latencyUs, seconds, noise };
	}
}

type InOrder = readonly (readonly [second: number, recorded: readonly Recorded[]])[];

/** The sketch of the first answers that are enough for percentiles, or of all. */
function firstAnswers(inOrder: InOrder): LatencySketch {
	const sketches: LatencySketch[] = [];
	let answers = 0;
	for (const [, recorded] of inOrder) {
		for (const { latency } of recorded) {
			sketches.push(latency);
			answers += countOf(latency);
		}
		if (answers >= REQUESTS_FOR_PERCENTILES) break;
	}
	return mergeSketches(sketches);
}

/** Last microsecond of the percentile's bucket: what lies above it is counted exactly. */
function percentilesOf(plan: Plan, sketch: LatencySketch): ChampionLatencies {
	const found: Record<string, number> = {};
	for (const percentile of percentilesMissing(plan, {})) {
		const us = quantileUs(sketch, percentile);
		if (us !== undefined) found[String(percentile)] = lastOfBucket(sketch, us);
	}
	return found;
}

function lastOfBucket(sketch: LatencySketch, us: number): number {
	for (const [bucket] of sketch) {
		const { firstUs, lastUs } = bucketRangeUs(bucket);
		if (us >= firstUs && us <= lastUs) return lastUs;
	}
	return Math.round(us);
}

function* blocksOf(inOrder: InOrder, badOf: (recorded: Recorded) => number): Generator<readonly NoiseShare[]> {
	let block = -1;
	let byGateway = new Map<string, { k: number; n: number }>();
	for (const [second, recorded] of inOrder) {
		const now = Math.floor(second / BLOCK_SECONDS);
		if (now !== block) {
			yield [...byGateway.values()];
			byGateway = new Map();
			block = now;
		}
		for (const one of recorded) {
			const sums = byGateway.get(one.gateway) ?? { k: 0, n: 0 };
			sums.k += badOf(one);
			sums.n += one.n;
			byGateway.set(one.gateway, sums);
		}
	}
	yield [...byGateway.values()];
}
