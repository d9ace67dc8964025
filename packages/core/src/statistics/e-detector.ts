import { assert } from "./assertions.ts";

/** A detector of change that runs for ever: an alarm at `threshold` comes, without any change, once in `threshold` blocks or later. */
export interface EDetector {
	/** Takes the e-value of one block (0 or more) and returns the statistic after it. */
	update(eValue: number): number;
	value(): number;
}

/**
 * The Shiryaev-Roberts detector M <- (M + 1) e: mean time to a false alarm at M >= A is at least A blocks, whatever the dependence.
 * `cap` bounds the e-value of one block (for drift A^(1/3): three bad blocks, never one, raise the alarm).
 * Source: Shin, Ramdas & Rinaldo, E-detectors, 2022 (arXiv:2203.03532).
 */
export function createShiryaevRoberts(cap = Number.POSITIVE_INFINITY, start = 0): EDetector {
	return detector(start, (value, e) => (value + 1) * Math.min(e, cap));
}

/** The CUSUM detector C <- max(C, 1) e: the same promise, following the latest change more closely. */
export function createCusum(cap = Number.POSITIVE_INFINITY, start = 0): EDetector {
	return detector(start, (value, e) => Math.max(value, 1) * Math.min(e, cap));
}

/** Far above any threshold; a sum that has become infinite could never be brought down again. */
const LARGEST = 1e200;

function detector(start: number, step: (value: number, e: number) => number): EDetector {
	let value = start;
	return {
		update(eValue) {
			assert(eValue >= 0, () => `an e-value is ${eValue}; expected 0 or more`);
			value = Math.min(step(value, eValue), LARGEST);
			return value;
		},
		value: () => value,
	};
}
