import { assert, assertBetween } from "./assertions.ts";

/**
 * When a gate starts betting afresh. A gate that watches a healthy challenger loses evidence for hours; a regression would first
 * have to win all of it back. A weighted sum of e-processes that start at times fixed beforehand, weights adding up to 1,
 * is still an e-process, so each restart is found quickly and costs only ln(1/weight) nats.
 *
 * - `none`: one start, at window 0.
 * - `fixed`: the listed windows, the first of them 0; weight `firstWeight`, then the rest in proportion to 1/(j+1)^2.
 * - `endless`: every `everyWindows` for ever; w_0 = firstWeight, w_j = (1 - firstWeight) / ((j+1)^2 (pi^2/6 - 1)).
 *
 * `firstWeight` is in (0, 1): larger finds what is wrong from the beginning sooner, smaller what goes wrong later.
 */
export type RestartOptions =
	| { readonly kind: "none" }
	| { readonly kind: "fixed"; readonly atWindows: readonly number[]; readonly firstWeight: number }
	| { readonly kind: "endless"; readonly everyWindows: number; readonly firstWeight: number };

export interface Restarts {
	/** Weight of the process that starts before this window, 0 when none does. Windows are asked in order, each once. */
	begin(window: number): number;
	/** Weight of all starts that are still to come; each counts as an e-value of 1 until then. */
	remainingWeight(): number;
}

/** What production gates use: a fresh start each minute, for as long as the gate lives. */
export const EVERY_MINUTE: RestartOptions = { kind: "endless", everyWindows: 60, firstWeight: 0.7 };

/** sum over j >= 1 of 1/(j+1)^2. */
const TAIL_OF_SQUARES = Math.PI ** 2 / 6 - 1;

export function createRestarts(options: RestartOptions): Restarts {
	switch (options.kind) {
		case "none":
			return createFixedRestarts([0], [1]);
		case "fixed": {
			assertBetween(options.firstWeight, 1e-9, 1 - 1e-9, "firstWeight of the restarts");
			assertAscendingFromZero(options.atWindows);
			return createFixedRestarts(options.atWindows, fixedWeights(options.atWindows.length, options.firstWeight));
		}
		case "endless":
			return createEndlessRestarts(options.everyWindows, options.firstWeight);
	}
}

/** Throws unless every start falls between two blocks: inside one, evidence from before the start would leak into it. */
export function assertRestartsBetweenBlocks(options: RestartOptions, blockWindows: number): void {
	const starts = options.kind === "none" ? [] : options.kind === "fixed" ? options.atWindows : [options.everyWindows];
	for (const start of starts) {
		assert(start % blockWindows === 0, () => `restart at window ${start}; expected a multiple of the block of ${blockWindows}`);
	}
}

function assertAscendingFromZero(windows: readonly number[]): void {
	const ascending = windows.every((at, i) => Number.isInteger(at) && (i === 0 ? at === 0 : at > windows[i - 1]!));
	assert(windows.length > 0 && ascending, () => `restarts at windows [${windows}]; expected ascending integers from 0`);
}

function fixedWeights(starts: number, firstWeight: number): readonly number[] {
	if (starts === 1) return [1];
	const later = Array.from({ length: starts - 1 }, (_, i) => 1 / (i + 2) ** 2);
	const sum = later.reduce((total, weight) => total + weight, 0);
	return [firstWeight, ...later.map((weight) => ((1 - firstWeight) * weight) / sum)];
}

function createFixedRestarts(atWindows: readonly number[], weights: readonly number[]): Restarts {
	let started = 0;
	let remaining = 1;
	return {
		begin(window) {
			if (atWindows[started] !== window) return 0;
			const weight = weights[started]!;
			started += 1;
			// Summed afresh, not subtracted: after the last start it must be exactly 0, not a rounding error.
			remaining = weights.slice(started).reduce((total, next) => total + next, 0);
			return weight;
		},
		remainingWeight: () => remaining,
	};
}

function createEndlessRestarts(everyWindows: number, firstWeight: number): Restarts {
	assert(
		Number.isInteger(everyWindows) && everyWindows >= 1,
		() => `restart every ${everyWindows} windows; expected an integer of at least 1`,
	);
	assertBetween(firstWeight, 1e-9, 1 - 1e-9, "firstWeight of the restarts");
	let used = 0;
	return {
		begin(window) {
			if (window % everyWindows !== 0) return 0;
			const j = window / everyWindows;
			const weight = j === 0 ? firstWeight : (1 - firstWeight) / (j + 1) ** 2 / TAIL_OF_SQUARES;
			used += weight;
			return weight;
		},
		remainingWeight: () => Math.max(0, 1 - used),
	};
}
