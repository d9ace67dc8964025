import type { Gate } from "../plan/index.ts";
import {
	ALPHA_PASS,
	type ContrastOptions,
	contrastLogE,
	type Group,
	type MeanEstimate,
	meanContrast,
	meanHalfWidth,
	startedLogE,
} from "../statistics/index.ts";
import type { Lift } from "./judgement.ts";
import type { OutcomeLedger, StratumSums } from "./outcome-ledger.ts";

/** Outcomes that each arm of a stratum must have before its mean is trusted to be nearly normal (statistics.md 1.4). */
const MIN_KNOWN = 20;
/**
 * Arms that are alike would have brought this many outcomes each, and one of them brought next to none: that is what its mean says then. Twice
 * MIN_KNOWN, so that chance alone hardly ever leads here.
 */
const MIN_EXPECTED = 40;
/** Requests must be spread over this many buckets of users and blocks of time: the variance is that between them. */
const MIN_GROUPS = 16;
/** A fresh start each seventh of a hold: in a week of canary, each day. */
const BLOCKS_BETWEEN_STARTS = 24;
/** Older starts than this many are given up, the first excepted: their weights only leave a part unspent. */
const MOST_STARTS = 32;

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
 * normal mixture over strata of how far the challenger's mean is beyond what is tolerated (statistics.md 1.4), restarted so that a weekend is
 * not drowned by the days before it. rmse is compared as its square.
 */
export function assessMeans(gate: Gate, ledger: OutcomeLedger): MeanSides {
	const strata = strataOf(gate, ledger);
	const compared = comparedOf(gate, strata);
	const logEFailLiteral = logEOverStarts(gate, strata);
	return {
		logEFail:
			gate.bound.kind === "absolute" && gate.attribution ? Math.min(logEFailLiteral, guard(gate, strata)) : logEFailLiteral,
		logEFailLiteral,
		logEPass: contrastLogE(compared.map(({ contrast: { mean, variance } }) => ({ mean: -mean, variance }))),
		lift: liftOf(gate, compared),
		challenger: shown(gate, strata, "challenger"),
		champion: shown(gate, strata, "champion"),
	};
}

/** Whether a gate is on a mean of outcomes; others count answers. */
export function isOnMeans({ metric, bound }: Gate): boolean {
	if (metric.name === "business") return true;
	if (metric.name !== "quality") return false;
	return metric.metric !== "accuracy" || (bound.kind === "champion" && bound.relative !== 0);
}

function strataOf({ metric }: Gate, ledger: OutcomeLedger): readonly StratumSums[] {
	if (metric.name === "business") return ledger.business(metric.metric, metric.kind);
	if (metric.name !== "quality") return [];
	if (metric.metric !== "accuracy") return ledger.labels(metric.metric === "mae" ? "absolute" : "squared");
	return ledger.labels("wrong").map((stratum) => ({
		...stratum,
		challenger: stratum.challenger.map(right),
		champion: stratum.champion.map(right),
		blocks: stratum.blocks.map(({ challenger, champion }) => ({ challenger: right(challenger), champion: right(champion) })),
	}));
}

function right({ n, sum }: Group): Group {
	return { n, sum: n - sum };
}

/** A stratum that says something, and how harmful the challenger is in it: positive beyond what is tolerated. */
interface Compared {
	readonly stratum: StratumSums;
	readonly contrast: MeanEstimate;
}

/** Those strata that are known well enough and in which something varies. */
function comparedOf(gate: Gate, strata: readonly StratumSums[]): readonly Compared[] {
	const needsChampion = gate.bound.kind === "champion";
	return strata.flatMap((stratum): Compared[] => {
		const contrast = isEnough(stratum, needsChampion) ? contrastOf(gate, stratum) : null;
		return contrast === null ? [] : [{ stratum, contrast }];
	});
}

function contrastOf(gate: Gate, stratum: StratumSums): MeanEstimate | null {
	const harmful = gate.op === "<=" ? 1 : -1;
	const { factor, excess } = toleranceOf(gate, harmful, stratum);
	const seen = meanContrast(stratum, factor, { ...optionsOf(gate, stratum), excess });
	return seen === null ? null : { mean: harmful * seen.mean, variance: seen.variance };
}

/** How the arms are compared, tolerance left out. */
function optionsOf(gate: Gate, stratum: StratumSums): ContrastOptions {
	const { metric, bound } = gate;
	const counts = metric.name === "business" && metric.kind === "rate";
	if (bound.kind === "absolute") {
		return { counts, limit: inItsUnit(gate, bound.value), pooled: stratum.known.challenger < MIN_KNOWN };
	}
	return { counts, pooled: !isKnown(stratum, true) || meanOf(stratum.champion) === 0 };
}

function isRoot({ metric }: Gate): boolean {
	return metric.name === "quality" && metric.metric === "rmse";
}

/** What is compared is the square of a root. */
function inItsUnit(gate: Gate, value: number): number {
	return isRoot(gate) ? value ** 2 : value;
}

/** The challenger's mean may be `factor` times the champion's and `excess` beside it; 10% more of a loss of 5 is a loss of 5.5. */
function toleranceOf(
	gate: Gate,
	harmful: 1 | -1,
	{ champion }: StratumSums,
): { readonly factor: number; readonly excess: number } {
	const { bound } = gate;
	if (bound.kind === "absolute") return { factor: 1, excess: 0 };
	const mean = meanOf(champion);
	if (bound.absolute === 0 || !isRoot(gate)) {
		const relative = harmful * Math.sign(mean) * Math.abs(bound.relative);
		return { factor: inItsUnit(gate, 1 + relative), excess: harmful * Math.abs(bound.absolute) };
	}
	if (mean === 0) return { factor: 1, excess: bound.absolute ** 2 };
	return { factor: (1 + Math.abs(bound.absolute) / Math.sqrt(mean)) ** 2, excess: 0 };
}

function isEnough({ challenger, champion, blocks, known }: StratumSums, needsChampion: boolean): boolean {
	const isSpread = (users: readonly Group[], of: "challenger" | "champion") =>
		areEnough(users, ({ n }) => n > 0) && areEnough(blocks, (block) => block[of].n > 0);
	if (!isSpread(challenger, "challenger") || (needsChampion && !isSpread(champion, "champion"))) return false;
	if (isKnown({ known }, needsChampion)) return true;
	const [n1, n0] = [sumOf(challenger).n, sumOf(champion).n];
	return ((known.challenger + known.champion) * Math.min(n1, n0)) / (n1 + n0) >= MIN_EXPECTED;
}

/** Stops looking at MIN_GROUPS: there may be thousands of blocks, and every fresh start asks. */
function areEnough<T>(groups: readonly T[], counts: (group: T) => boolean): boolean {
	let enough = 0;
	for (const group of groups) if (counts(group) && ++enough === MIN_GROUPS) return true;
	return false;
}

function isKnown({ known }: Pick<StratumSums, "known">, needsChampion: boolean): boolean {
	return known.challenger >= MIN_KNOWN && (!needsChampion || known.champion >= MIN_KNOWN);
}

/** Harm that begins late is found from a start near it. */
function logEOverStarts(gate: Gate, strata: readonly StratumSums[]): number {
	const places = strata.flatMap(({ blocks }, at) =>
		Array.from({ length: Math.max(1, Math.ceil(blocks.length / BLOCKS_BETWEEN_STARTS)) }, (_, j) => ({
			at,
			block: j * BLOCKS_BETWEEN_STARTS,
		})),
	);
	const from = Math.max(1, places.length - MOST_STARTS);
	const starts = places.map(({ at, block }, j) => {
		if (j > 0 && j < from) return 0;
		const compared = comparedOf(gate, [since(strata[at]!, block), ...strata.slice(at + 1)]);
		return contrastLogE(compared.map(({ contrast }) => contrast));
	});
	return starts.length === 0 ? 0 : startedLogE(starts);
}

/** The part of a stratum from a block on. Users are not known by block: their spread is taken for that of the whole, scaled to what is left. */
function since(stratum: StratumSums, block: number): StratumSums {
	if (block === 0) return stratum;
	const blocks = stratum.blocks.slice(block);
	const part = (of: "challenger" | "champion") => {
		const left = { n: 0, sum: 0 };
		for (const one of blocks) {
			left.n += one[of].n;
			left.sum += one[of].sum;
		}
		// The same as over its blocks, of which there may be thousands.
		const all = sumOf(stratum[of]);
		const [n, sum] = [left.n / Math.max(1, all.n), all.sum === 0 ? 0 : left.sum / all.sum];
		const users = stratum[of].map((user) => ({ n: user.n * n, sum: user.sum * sum }));
		return { users, known: stratum.known[of] * n };
	};
	const [challenger, champion] = [part("challenger"), part("champion")];
	const known = { challenger: challenger.known, champion: champion.known };
	return { challenger: challenger.users, champion: champion.users, blocks, known };
}

/** Beside an absolute limit: is the challenger worse than the champion at all? */
function guard(gate: Gate, strata: readonly StratumSums[]): number {
	return logEOverStarts({ ...gate, bound: { kind: "champion", relative: 0, absolute: 0 } }, strata);
}

/** The lifts of the strata, each with the weight that its contrast has in the evidence. */
function liftOf(gate: Gate, compared: readonly Compared[]): Lift | null {
	const information = compared.reduce((sum, { contrast }) => sum + 1 / contrast.variance, 0);
	if (information === 0) return null;
	const mean = compared.reduce((sum, { stratum, contrast }) => {
		return sum + simpleLift(gate, stratum) * (1 / contrast.variance / information);
	}, 0);
	const half = meanHalfWidth(1 / information, ALPHA_PASS);
	return { mean, variance: 1 / information, low: mean - half, high: mean + half };
}

/** Whatever is tolerated. */
function simpleLift(gate: Gate, stratum: StratumSums): number {
	return meanContrast(stratum, 1, optionsOf(gate, stratum))?.mean ?? 0;
}

function shown(gate: Gate, strata: readonly StratumSums[], role: "challenger" | "champion") {
	const known = strata.reduce((sum, stratum) => sum + stratum.known[role], 0);
	const isAnything = strata.some((stratum) => stratum.known.challenger + stratum.known.champion > 0);
	const { n, sum } = sumOf(strata.flatMap((stratum) => stratum[role]));
	return { known, mean: n === 0 || !isAnything ? null : isRoot(gate) ? Math.sqrt(sum / n) : sum / n };
}

/** 0 without requests. */
function meanOf(groups: readonly Group[]): number {
	const { n, sum } = sumOf(groups);
	return n === 0 ? 0 : sum / n;
}

function sumOf(groups: readonly Group[]): Group {
	return groups.reduce((total, { n, sum }) => ({ n: total.n + n, sum: total.sum + sum }), { n: 0, sum: 0 });
}
