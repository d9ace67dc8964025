/** Rows of a feature beside those its model was trained on: a finding for each block, true for as long as one looks. The tests live in statistics. */
export {
	BLOCKS_TO_FALSE_ALARM,
	type DriftBlock,
	type DriftFinding,
	type DriftMemory,
	type DriftState,
	NO_DRIFT,
	takeBlock,
} from "./detector.ts";
export { BLOCK_NEEDS, gather } from "./gather.ts";
export { type Measurement, measureBlock, TOLERATED } from "./measure.ts";
export {
	binOf,
	type CategoryReference,
	countRows,
	type NumberReference,
	type Reference,
	referenceOfCategories,
	referenceOfNumbers,
} from "./reference.ts";
