/** One program that shows a number: what it may be told, and what it hands back. */
export interface Bench {
	readonly name: string;
	/** What is measured, in a line. */
	readonly about: string;
	readonly options: Readonly<Record<string, NumberOption>>;
	run(context: BenchContext): Promise<BenchResult>;
}

/** `--NAME N`: a number with its unit in the explanation. */
export interface NumberOption {
	readonly about: string;
	readonly fallback: number;
	readonly min: number;
	readonly max: number;
}

export interface BenchContext {
	/** Every option of the bench, the ones not given at their fallback. */
	readonly options: Readonly<Record<string, number>>;
	/** A folder of this run's own, removed when it is over. */
	readonly folder: string;
	line(text?: string): void;
	/** Has `undo` called when the run is over, last added first, also when it fails or is interrupted. */
	atEnd(undo: () => unknown): void;
}

export interface BenchResult {
	/** The figure that counts, as it is said: `0.62x nginx`. */
	readonly figure: string;
	/** What the figure is held against: `>= 0.5x`. */
	readonly first: string;
	readonly meetsFirst: boolean;
	readonly goal: string;
	readonly meetsGoal: boolean;
	/** Versions of what was measured, beside those of the machine. */
	readonly versions: Readonly<Record<string, string>>;
	/** Everything measured, as it is kept. */
	readonly measured: unknown;
}

/** The number cannot be had here: a peer is missing, the disk is too small. It is neither met nor missed. */
export class NotMeasured extends Error {}
