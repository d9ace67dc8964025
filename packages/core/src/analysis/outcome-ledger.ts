import type { UserBucket } from "../statistics/index.ts";
import { type OutcomeCount, type OutcomesReceived, USER_BUCKETS } from "./outcomes.ts";

const MILLION = 1_000_000;

/** What was gathered for one arm in one stretch of the rollout, by user bucket. */
interface ArmSums {
	/** Requests that were counted by user. Like what follows it is made when it is first needed: most rollouts need none. */
	requests: Float64Array | null;
	labels: LabelSums | null;
	/** By business metric. */
	readonly metrics: Map<string, { readonly n: Float64Array; readonly sum: Float64Array }>;
}

interface LabelSums {
	readonly n: Float64Array;
	readonly wrong: Float64Array;
	readonly absolute: Float64Array;
	readonly squared: Float64Array;
}

/** A stretch of the rollout in which the split of the traffic stayed the same: means are compared within it, never across (Simpson). */
interface Stratum {
	readonly fromSecond: number;
	readonly challenger: ArmSums;
	readonly champion: ArmSums;
}

/** Per request or label, of both arms in one stratum, over the buckets of users that asked at all. */
export interface StratumBuckets {
	readonly challenger: readonly UserBucket[];
	readonly champion: readonly UserBucket[];
	/** What became known in each arm: outcomes (of a rate those that happened), labels. */
	readonly known: { readonly challenger: number; readonly champion: number };
}

/** Predictions with a label, and the wrong ones among them. */
export interface LabelTotals {
	readonly n: number;
	readonly wrong: number;
}

export type LabelError = "wrong" | "absolute" | "squared";

/**
 * What became known of the predictions of a rollout, by the stretch and arm that made them. Sums of integers: the order in which
 * outcomes come in changes nothing, and a batch that comes twice counts once.
 */
export class OutcomeLedger {
	readonly #keys: { readonly challenger: string; readonly champion: string | null };
	readonly #strata: Stratum[] = [];
	#lastBatch = -1;
	/** Rises with everything that is added. */
	version = 0;

	constructor(challenger: string, champion: string | null) {
		this.#keys = { challenger, champion };
	}

	/** A new stretch: what is predicted from this second on belongs to it. */
	begin(fromSecond: number): void {
		const last = this.#strata.at(-1);
		if (last?.fromSecond === fromSecond) return;
		this.#strata.push({ fromSecond, challenger: noSums(), champion: noSums() });
	}

	/** Requests by user bucket of a judged second; they are what business metrics are averaged over. */
	countRequests(challenger: readonly number[], champion: readonly number[]): void {
		const now = this.#strata.at(-1);
		if (now === undefined) return;
		this.version++;
		now.challenger.requests ??= zeros();
		now.champion.requests ??= zeros();
		for (let bucket = 0; bucket < USER_BUCKETS; bucket++) {
			now.challenger.requests[bucket]! += challenger[bucket] ?? 0;
			now.champion.requests[bucket]! += champion[bucket] ?? 0;
		}
	}

	/** Outcomes of other arms and of predictions from before the rollout are no evidence. */
	take({ batch, counts }: OutcomesReceived): void {
		if (batch <= this.#lastBatch) return;
		this.#lastBatch = batch;
		this.version++;
		for (const count of counts) {
			const role = count.arm === this.#keys.challenger ? "challenger" : count.arm === this.#keys.champion ? "champion" : null;
			const index = this.#strata.findLastIndex(({ fromSecond }) => fromSecond <= count.second);
			if (role !== null && index !== -1 && isCountable(count)) this.#add(index, role, count);
		}
	}

	/** Labels so far, a row for each stretch. */
	labelTotals(): readonly { readonly challenger: LabelTotals; readonly champion: LabelTotals }[] {
		return this.#strata.map(({ challenger, champion }) => ({ challenger: totalsOf(challenger), champion: totalsOf(champion) }));
	}

	/** For a business metric: its sum over all requests. A rate counts what happened, a mean what was reported, as known. */
	business(metric: string, kind: "mean" | "rate"): readonly StratumBuckets[] {
		return this.#strata.map(({ challenger, champion }) => {
			const [one, other] = [businessOf(challenger, metric, kind), businessOf(champion, metric, kind)];
			return { challenger: one.buckets, champion: other.buckets, known: { challenger: one.known, champion: other.known } };
		});
	}

	/** For a metric of the predictions' quality: an error's sum over the labels. */
	labels(error: LabelError): readonly StratumBuckets[] {
		return this.#strata.map(({ challenger, champion }) => {
			const [one, other] = [labelsOf(challenger, error), labelsOf(champion, error)];
			return { challenger: one.buckets, champion: other.buckets, known: { challenger: one.known, champion: other.known } };
		});
	}

	#add(index: number, role: "challenger" | "champion", count: OutcomeCount): void {
		const sums = this.#strata[index]![role];
		const { bucket } = count;
		if (count.of === "metric") {
			const metric = sums.metrics.get(count.metric) ?? { n: zeros(), sum: zeros() };
			metric.n[bucket]! += count.n;
			metric.sum[bucket]! += count.sum;
			sums.metrics.set(count.metric, metric);
			return;
		}
		sums.labels ??= { n: zeros(), wrong: zeros(), absolute: zeros(), squared: zeros() };
		sums.labels.n[bucket]! += count.n;
		sums.labels.wrong[bucket]! += Math.min(count.n, count.wrong);
		sums.labels.absolute[bucket]! += count.absoluteError;
		sums.labels.squared[bucket]! += count.squaredError;
	}
}

/** What a gateway or control out of its mind may have written must not stop the judge. */
function isCountable({ bucket, n }: OutcomeCount): boolean {
	return Number.isInteger(bucket) && bucket >= 0 && bucket < USER_BUCKETS && n >= 1;
}

function businessOf({ requests, metrics }: ArmSums, metric: string, kind: "mean" | "rate") {
	const found = metrics.get(metric);
	const known = found === undefined ? 0 : kind === "rate" ? total(found.sum) / MILLION : total(found.n);
	return { known, buckets: bucketsOf(requests ?? NOTHING, found?.sum ?? NOTHING, MILLION) };
}

function labelsOf({ labels }: ArmSums, error: LabelError) {
	const { n, [error]: sums } = labels ?? NO_LABELS;
	return { known: total(n), buckets: bucketsOf(n, sums, error === "wrong" ? 1 : MILLION) };
}

function bucketsOf(n: Float64Array, sums: Float64Array, unit: number): readonly UserBucket[] {
	return Array.from(n, (count, bucket) => ({ n: count, sum: sums[bucket]! / unit }));
}

function total(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0);
}

function noSums(): ArmSums {
	return { requests: null, labels: null, metrics: new Map() };
}

function totalsOf({ labels }: ArmSums): LabelTotals {
	return { n: total((labels ?? NO_LABELS).n), wrong: total((labels ?? NO_LABELS).wrong) };
}

function zeros(): Float64Array {
	return new Float64Array(USER_BUCKETS);
}

/** Read only. */
const NOTHING = zeros();
const NO_LABELS: LabelSums = { n: NOTHING, wrong: NOTHING, absolute: NOTHING, squared: NOTHING };
