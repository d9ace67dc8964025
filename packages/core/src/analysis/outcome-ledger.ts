import type { Group, GroupPair } from "../statistics/index.ts";
import { GroupedSums, NO_SUMS } from "./grouped-sums.ts";
import { MILLIONTHS, type OutcomeCount, type OutcomesReceived, USER_BUCKETS } from "./outcomes.ts";

/** A stage is cut into as many blocks of time as a week has hours. */
const BLOCKS_IN_A_HOLD = 168;

/** What was gathered for one arm in one stretch of the rollout; each sum is made when it is first needed. */
interface ArmSums {
	requests: GroupedSums;
	labels: LabelSums;
	/** By business metric. */
	readonly metrics: Map<string, MetricSums>;
}

interface LabelSums {
	readonly n: GroupedSums;
	readonly wrong: GroupedSums;
	readonly absolute: GroupedSums;
	readonly squared: GroupedSums;
}

interface MetricSums {
	readonly n: GroupedSums;
	readonly sum: GroupedSums;
}

/** A stretch of the rollout in which the split of the traffic stayed the same: means are compared within it, never across (Simpson). */
interface Stratum {
	readonly fromSecond: number;
	readonly blockSeconds: number;
	readonly challenger: ArmSums;
	readonly champion: ArmSums;
}

/** Per request or label, of both arms in one stratum. */
export interface StratumSums {
	/** By bucket of users. */
	readonly challenger: readonly Group[];
	readonly champion: readonly Group[];
	/** By block of time, both arms side by side: what an hour does to one it does to the other. */
	readonly blocks: readonly GroupPair[];
	/** What became known in each arm: outcomes (of a rate those that happened), labels. */
	readonly known: { readonly challenger: number; readonly champion: number };
}

/** Predictions with a label, and the wrong ones among them. */
export interface LabelTotals {
	readonly n: number;
	readonly wrong: number;
}

/** As long as there was something to count. */
export interface LabelBlocks {
	readonly n: readonly number[];
	readonly wrong: readonly number[];
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
	#judgedTo = Number.NEGATIVE_INFINITY;
	/** Outcomes of seconds that are not judged yet: which stretch they belong to is not known. */
	#early: OutcomeCount[] = [];
	#made = { version: -1, byQuantity: new Map<string, readonly StratumSums[]>() };
	/** Rises with everything that is counted. */
	version = 0;

	constructor(challenger: string, champion: string | null) {
		this.#keys = { challenger, champion };
	}

	/** A new stretch: what is predicted from this second on belongs to it. `holdMs` is how long its stage is held. */
	begin(fromSecond: number, holdMs: number): void {
		const last = this.#strata.at(-1);
		if (last?.fromSecond === fromSecond) return;
		const blockSeconds = Math.max(1, Math.round(holdMs / 1_000 / BLOCKS_IN_A_HOLD));
		this.#strata.push({ fromSecond, blockSeconds, challenger: noSums(), champion: noSums() });
	}

	/** A second is judged, in the stretch that began last. What came in about it before it was closed, or about one before it, counts now. */
	judge(second: number): void {
		this.#judgedTo = Math.max(this.#judgedTo, second);
		if (this.#early.length === 0) return;
		const due = this.#early.filter((count) => count.second <= this.#judgedTo);
		this.#early = this.#early.filter(({ second: of }) => of > this.#judgedTo && of <= this.#judgedTo + MOST_SECONDS_EARLY);
		if (due.length > 0) this.#count(due);
	}

	/** Requests by user bucket of a judged second; they are what business metrics are averaged over. */
	countRequests(second: number, challenger: readonly number[], champion: readonly number[]): void {
		const now = this.#strata.at(-1);
		if (now === undefined || second < now.fromSecond) return;
		const block = blockOf(now, second);
		for (const [arm, users] of [
			[now.challenger, challenger],
			[now.champion, champion],
		] as const) {
			if (arm.requests === NO_SUMS) arm.requests = new GroupedSums();
			users.forEach((count, bucket) => {
				if (count > 0 && bucket < USER_BUCKETS) arm.requests.add(bucket, block, count);
			});
		}
	}

	/** Outcomes of other arms and of predictions from before the rollout are no evidence. */
	take({ batch, counts }: OutcomesReceived): void {
		if (batch <= this.#lastBatch) return;
		this.#lastBatch = batch;
		const countable = counts.filter((count) => isCountable(count) && this.#roleOf(count) !== null);
		const known = countable.filter(({ second }) => second <= this.#judgedTo);
		for (const count of countable) if (count.second > this.#judgedTo) this.#early.push(count);
		if (known.length > 0) this.#count(known);
	}

	#count(counts: readonly OutcomeCount[]): void {
		this.version++;
		for (const count of counts) {
			const role = this.#roleOf(count);
			const index = this.#strata.findLastIndex(({ fromSecond }) => fromSecond <= count.second);
			if (role !== null && index !== -1) this.#add(index, role, count);
		}
	}

	#roleOf({ arm }: OutcomeCount): "challenger" | "champion" | null {
		return arm === this.#keys.challenger ? "challenger" : arm === this.#keys.champion ? "champion" : null;
	}

	/** Labels so far, a row for each stretch. */
	labelTotals(): readonly { readonly challenger: LabelTotals; readonly champion: LabelTotals }[] {
		return this.#strata.map(({ challenger, champion }) => ({ challenger: totalsOf(challenger), champion: totalsOf(champion) }));
	}

	/** The same by block of time in which the predictions were made. */
	labelBlocks(): readonly { readonly challenger: LabelBlocks; readonly champion: LabelBlocks }[] {
		const blocksOf = ({ labels }: ArmSums) => ({ n: labels.n.byBlock, wrong: labels.wrong.byBlock });
		return this.#strata.map(({ challenger, champion }) => ({ challenger: blocksOf(challenger), champion: blocksOf(champion) }));
	}

	/** For a business metric: its sum over all requests. A rate counts what happened, a mean what was reported, as known. */
	business(metric: string, kind: "mean" | "rate"): readonly StratumSums[] {
		return this.#sums(`${kind} ${metric}`, ({ requests, metrics }) => {
			const { n, sum } = metrics.get(metric) ?? NO_METRIC;
			const known = kind === "rate" ? sum.total() / MILLIONTHS : n.total();
			return { n: requests, sum, unit: MILLIONTHS, known };
		});
	}

	/** For a metric of the predictions' quality: an error's sum over the labels. */
	labels(error: LabelError): readonly StratumSums[] {
		return this.#sums(error, ({ labels }) => {
			return { n: labels.n, sum: labels[error], unit: error === "wrong" ? 1 : MILLIONTHS, known: labels.n.total() };
		});
	}

	/** Made once for all gates on the same quantity that look after the same outcomes. */
	#sums(quantity: string, of: (arm: ArmSums) => Quantity): readonly StratumSums[] {
		if (this.#made.version !== this.version) this.#made = { version: this.version, byQuantity: new Map() };
		const made = this.#made.byQuantity.get(quantity) ?? this.#strata.map((stratum) => sumsOf(stratum, of));
		this.#made.byQuantity.set(quantity, made);
		return made;
	}

	#add(index: number, role: "challenger" | "champion", count: OutcomeCount): void {
		const stratum = this.#strata[index]!;
		const sums = stratum[role];
		const block = blockOf(stratum, count.second);
		if (count.of === "metric") {
			const metric = sums.metrics.get(count.metric) ?? { n: new GroupedSums(), sum: new GroupedSums() };
			sums.metrics.set(count.metric, metric);
			metric.n.add(count.bucket, block, count.n);
			metric.sum.add(count.bucket, block, count.sum);
			return;
		}
		if (sums.labels === NO_LABELS) {
			sums.labels = { n: new GroupedSums(), wrong: new GroupedSums(), absolute: new GroupedSums(), squared: new GroupedSums() };
		}
		sums.labels.n.add(count.bucket, block, count.n);
		sums.labels.wrong.add(count.bucket, block, Math.min(count.n, count.wrong));
		sums.labels.absolute.add(count.bucket, block, count.absoluteError);
		sums.labels.squared.add(count.bucket, block, count.squaredError);
	}
}

/** What a gateway or control out of its mind may have written must not stop the judge, nor fill its memory. */
function isCountable(count: OutcomeCount): boolean {
	const { second, bucket, n } = count;
	const isPlaced = Number.isInteger(second) && Number.isInteger(bucket) && bucket >= 0 && bucket < USER_BUCKETS;
	if (!isPlaced || !Number.isInteger(n) || n < 1 || n > MOST_TOGETHER) return false;
	if (count.of === "metric") return Number.isFinite(count.sum);
	const { wrong, absoluteError, squaredError } = count;
	return Number.isInteger(wrong) && wrong >= 0 && isSize(absoluteError) && isSize(squaredError);
}

function isSize(value: number): boolean {
	return Number.isFinite(value) && value >= 0;
}

/** More outcomes of one second, arm and bucket than are ever brought to disk together. */
const MOST_TOGETHER = 1e5;
/** Control is never away this long: who is further ahead has a clock that is wrong. */
const MOST_SECONDS_EARLY = 30 * 86_400;

/** A stage that goes on far beyond its hold gathers the rest in its last block. */
function blockOf({ fromSecond, blockSeconds }: Stratum, second: number): number {
	return Math.min(Math.floor((second - fromSecond) / blockSeconds), MOST_BLOCKS - 1);
}

const MOST_BLOCKS = 100 * BLOCKS_IN_A_HOLD;

interface Quantity {
	readonly n: GroupedSums;
	readonly sum: GroupedSums;
	/** By which the sum is divided. */
	readonly unit: number;
	readonly known: number;
}

function sumsOf({ challenger, champion }: Stratum, quantityOf: (arm: ArmSums) => Quantity): StratumSums {
	const [one, other] = [quantityOf(challenger), quantityOf(champion)];
	const length = Math.max(one.n.byBlock.length, other.n.byBlock.length);
	const blocks = Array.from({ length }, (_, at) => ({ challenger: groupAt(one, at), champion: groupAt(other, at) }));
	const known = { challenger: one.known, champion: other.known };
	return { challenger: usersOf(one), champion: usersOf(other), blocks, known };
}

function usersOf({ n, sum, unit }: Quantity): readonly Group[] {
	return Array.from(n.byUser, (count, bucket) => ({ n: count, sum: sum.byUser[bucket]! / unit }));
}

function groupAt({ n, sum, unit }: Quantity, block: number): Group {
	return { n: n.byBlock[block] ?? 0, sum: (sum.byBlock[block] ?? 0) / unit };
}

function noSums(): ArmSums {
	return { requests: NO_SUMS, labels: NO_LABELS, metrics: new Map() };
}

function totalsOf({ labels }: ArmSums): LabelTotals {
	return { n: labels.n.total(), wrong: labels.wrong.total() };
}

const NO_LABELS: LabelSums = { n: NO_SUMS, wrong: NO_SUMS, absolute: NO_SUMS, squared: NO_SUMS };
const NO_METRIC: MetricSums = { n: NO_SUMS, sum: NO_SUMS };
