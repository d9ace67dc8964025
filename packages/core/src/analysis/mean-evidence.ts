import type { Gate } from "../plan/index.ts";
import { ALPHA_PASS, bucketMean, type MeanEstimate, meanHalfWidth, meanShiftLogE, relativeLift } from "../statistics/index.ts";
import type { Lift } from "./judgement.ts";
import type { OutcomeLedger, StratumBuckets } from "./outcome-ledger.ts";

/** Outcomes that each arm of a stratum must have before its mean is trusted to be nearly normal (statistics.md 1.4). */
const MIN_KNOWN = 20;
/** Users must be spread over this many buckets: the variance is that between them. */
const MIN_BUCKETS = 16;

/** Both sides of a gate on means, calculated anew from the sums. */
export interface MeanSides {
	readonly logEFail: number;
	/** Without asking whether the challenger is worse than the champion too. */
	readonly logEFailLiteral: number;
	readonly logEPass: number;
	/** How much larger the challenger's mean is, relative, with the interval that is true at all times together; null before enough is known. */
	readonly lift: Lift | null;
	/** Over all strata, for people: outcomes and the mean of each arm; null without any. */
	readonly challenger: { readonly known: number; readonly mean: number | null };
	readonly champion: { readonly known: number; readonly mean: number | null };
}

/**
 * Evidence on a business metric, or on an error of the predictions (`mae`, `rmse`, `brier`, `accuracy` relative to the champion's): the
 * normal mixture over strata of the lift, its tolerance taken off (statistics.md 1.4). rmse is compared as its square, whose
 * tolerance is (1 + tolerance)^2 - 1.
 */
export function assessMeans(gate: Gate, ledger: OutcomeLedger): MeanSides {
	const strata = strataOf(gate, ledger);
	const enough = strata.filter((stratum) => isEnough(stratum, gate.bound.kind === "champion"));
	const lifts = enough.flatMap((stratum) => liftOf(gate, stratum) ?? []);
	const harmful = gate.op === "<=" ? 1 : -1;
	const excess = lifts.map(({ lift, tolerance }) => ({ mean: harmful * lift.mean - tolerance, variance: lift.variance }));
	const opposite = excess.map(({ mean, variance }) => ({ mean: -mean, variance }));
	const guard = gate.bound.kind === "absolute" && gate.attribution ? attributed(gate, strata, harmful) : Number.POSITIVE_INFINITY;
	const logEFail = excess.length === 0 ? 0 : meanShiftLogE(excess);
	return {
		logEFail: Math.min(logEFail, guard),
		logEFailLiteral: logEFail,
		logEPass: opposite.length === 0 ? 0 : meanShiftLogE(opposite),
		lift: pooled(lifts.map(({ lift }) => lift)),
		challenger: shown(strata, "challenger"),
		champion: shown(strata, "champion"),
	};
}

/** Whether a gate is on a mean of outcomes; others count answers. */
export function isOnMeans({ metric, bound }: Gate): boolean {
	if (metric.name === "business") return true;
	if (metric.name !== "quality") return false;
	return metric.metric !== "accuracy" || (bound.kind === "champion" && bound.relative !== 0);
}

function strataOf({ metric }: Gate, ledger: OutcomeLedger): readonly StratumBuckets[] {
	if (metric.name === "business") return ledger.business(metric.metric, metric.kind);
	if (metric.name !== "quality") return [];
	if (metric.metric !== "accuracy") return ledger.labels(metric.metric === "mae" ? "absolute" : "squared");
	return ledger.labels("wrong").map((stratum) => ({
		...stratum,
		challenger: stratum.challenger.map(({ n, sum }) => ({ n, sum: n - sum })),
		champion: stratum.champion.map(({ n, sum }) => ({ n, sum: n - sum })),
	}));
}

function isEnough({ challenger, champion, known }: StratumBuckets, needsChampion: boolean): boolean {
	const arm = (buckets: StratumBuckets["champion"], count: number) =>
		count >= MIN_KNOWN && buckets.filter(({ n }) => n > 0).length >= MIN_BUCKETS;
	return arm(challenger, known.challenger) && (!needsChampion || arm(champion, known.champion));
}

/** How much larger the challenger's mean is, relative to the bound or to the champion's, and how much of it is tolerated. */
function liftOf(gate: Gate, stratum: StratumBuckets): { readonly lift: MeanEstimate; readonly tolerance: number } | null {
	const floor = gate.metric.name === "business" && gate.metric.kind === "rate" ? "counts" : "none";
	const challenger = bucketMean(stratum.challenger, floor);
	const isRoot = gate.metric.name === "quality" && gate.metric.metric === "rmse";
	if (gate.bound.kind === "absolute") {
		const limit = isRoot ? gate.bound.value ** 2 : gate.bound.value;
		return certain(relativeLift(challenger, { mean: limit, variance: 0 }), 0);
	}
	const champion = bucketMean(stratum.champion, floor);
	if (champion.mean === 0) return null;
	const { relative, absolute } = gate.bound;
	const root = isRoot ? Math.sqrt(champion.mean) : champion.mean;
	const tolerance = Math.abs(relative) + Math.abs(absolute / root);
	const squared = gate.op === "<=" ? (1 + tolerance) ** 2 - 1 : 1 - (1 - tolerance) ** 2;
	return certain(relativeLift(challenger, champion), isRoot ? squared : tolerance);
}

/** Nothing varies where every request brought the same: no evidence, not an infinite one. */
function certain(lift: MeanEstimate, tolerance: number) {
	return lift.variance > 0 && Number.isFinite(lift.mean) ? { lift, tolerance } : null;
}

/** Beside an absolute limit: is the challenger worse than the champion at all? */
function attributed(gate: Gate, strata: readonly StratumBuckets[], harmful: number): number {
	const against: Gate = { ...gate, bound: { kind: "champion", relative: 0, absolute: 0 } };
	const shifts = strata
		.filter((stratum) => isEnough(stratum, true))
		.flatMap((stratum) => liftOf(against, stratum) ?? [])
		.map(({ lift }) => ({ mean: harmful * lift.mean, variance: lift.variance }));
	return shifts.length === 0 ? 0 : meanShiftLogE(shifts);
}

/** Strata weighted by how much they know. */
function pooled(lifts: readonly MeanEstimate[]): MeanSides["lift"] {
	const information = lifts.reduce((sum, { variance }) => sum + 1 / variance, 0);
	if (information === 0) return null;
	const mean = lifts.reduce((sum, lift) => sum + lift.mean / lift.variance, 0) / information;
	const half = meanHalfWidth(1 / information, ALPHA_PASS);
	return { mean, variance: 1 / information, low: mean - half, high: mean + half };
}

function shown(strata: readonly StratumBuckets[], role: "challenger" | "champion") {
	const known = strata.reduce((sum, stratum) => sum + stratum.known[role], 0);
	const buckets = strata.flatMap((stratum) => stratum[role]);
	const n = buckets.reduce((sum, bucket) => sum + bucket.n, 0);
	return { known, mean: n === 0 || known === 0 ? null : buckets.reduce((sum, bucket) => sum + bucket.sum, 0) / n };
}
