import { createShiryaevRoberts } from "../statistics/index.ts";
import { type Measurement, measureBlock } from "./measure.ts";
import type { Reference } from "./reference.ts";

/** Blocks until a false alarm of one feature, on average at the least: 30 days of five minutes. */
export const BLOCKS_TO_FALSE_ALARM = 8_640;

/** A feature that drifts is quiet again after an hour, of three blocks or more, none of which spoke for drift. */
const CLEARED_AFTER = { ms: 3_600_000, blocks: 3 } as const;

export type DriftState = "quiet" | "drifting";

/**
 * A stretch of rows of one feature, by the bins of its reference. Rows of one user are alike without any drift: take one row per user and
 * block, or few users with many rows look like a change.
 */
export interface DriftBlock {
	/** Of the rows' own clock, since the epoch. */
	readonly fromMs: number;
	readonly toMs: number;
	readonly counts: readonly number[];
}

/** What a feature's detector remembers between two blocks; plain data, to be kept anywhere. */
export interface DriftMemory {
	readonly state: DriftState;
	/** M of the e-detector, 0 or more: M <- (M + 1) e. */
	readonly evidence: number;
	/** Blocks in a row, up to now, that did not speak for drift (e below 1), and since when. */
	readonly calm: { readonly sinceMs: number; readonly blocks: number } | null;
}

/** What a block showed, and what followed from it. */
export interface DriftFinding extends Measurement {
	readonly fromMs: number;
	readonly toMs: number;
	readonly evidence: number;
	/** The evidence at which an alarm is raised: 8,640 for one feature, as many times more for several. */
	readonly threshold: number;
	readonly state: DriftState;
	/** What this block changed. */
	readonly change: "alarm" | "cleared" | null;
}

export const NO_DRIFT: DriftMemory = { state: "quiet", evidence: 0, calm: null };

/**
 * Takes one block of a feature: M <- (M + 1) min(e, A^(1/3)), an alarm at M >= A, so at least three blocks make one, never one alone.
 * Without drift beyond what is tolerated the time to a false alarm is A blocks or more on average, from the start and after each
 * clearing, whatever the blocks have to do with each other. `features`: how many are watched together, 1 or more; A is
 * 8,640 for each, so that all of them together raise a false alarm no more often than one would.
 *
 * Once M has reached 1 it can never fall below it again (no e-value from a p-value is below 1/2), so M itself cannot say that a
 * drift is over: an hour of blocks with e < 1 does, and M begins anew. A block without rows is silence and changes nothing: null.
 * Source: Shin, Ramdas & Rinaldo, E-detectors, 2022 (arXiv:2203.03532); statistics.md 1.7.
 */
export function takeBlock(
	memory: DriftMemory,
	reference: Reference,
	block: DriftBlock,
	features = 1,
): { readonly memory: DriftMemory; readonly finding: DriftFinding | null } {
	if (!(Number.isInteger(features) && features >= 1))
		throw new RangeError(`features is ${features}; expected a whole number from 1`);
	const measured = measureBlock(reference, block.counts);
	if (measured === null) return { memory, finding: null };
	const threshold = BLOCKS_TO_FALSE_ALARM * features;
	const evidence = createShiryaevRoberts(Math.cbrt(threshold), memory.evidence).update(measured.e);
	const calm = calmAfter(memory.calm, measured.e, block);
	const change = changeOf(memory.state, evidence >= threshold, calm, block.toMs);
	const next = after(memory.state, change, evidence, calm);
	const { fromMs, toMs } = block;
	return { memory: next, finding: { ...measured, fromMs, toMs, evidence, threshold, state: next.state, change } };
}

function calmAfter(calm: DriftMemory["calm"], e: number, { fromMs }: DriftBlock): DriftMemory["calm"] {
	if (e >= 1) return null;
	return calm === null ? { sinceMs: fromMs, blocks: 1 } : { ...calm, blocks: calm.blocks + 1 };
}

function changeOf(state: DriftState, crossed: boolean, calm: DriftMemory["calm"], nowMs: number): DriftFinding["change"] {
	if (state === "quiet") return crossed ? "alarm" : null;
	const over = calm !== null && calm.blocks >= CLEARED_AFTER.blocks && nowMs - calm.sinceMs >= CLEARED_AFTER.ms;
	return over ? "cleared" : null;
}

function after(state: DriftState, change: DriftFinding["change"], evidence: number, calm: DriftMemory["calm"]): DriftMemory {
	if (change === "cleared") return NO_DRIFT;
	return { state: change === "alarm" ? "drifting" : state, evidence, calm };
}
