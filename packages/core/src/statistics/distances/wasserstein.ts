import { assert } from "../assertions.ts";

/**
 * The first Wasserstein distance (earth mover's), in the unit of the values: how far, on average, one sample must be moved to become
 * the other. Values may carry weights (counts per bin centre); without them each counts once.
 */
export function wasserstein(
	x: readonly number[],
	y: readonly number[],
	xWeights: readonly number[] = x.map(() => 1),
	yWeights: readonly number[] = y.map(() => 1),
): number {
	const totalX = xWeights.reduce((sum, weight) => sum + weight, 0);
	const totalY = yWeights.reduce((sum, weight) => sum + weight, 0);
	assert(totalX > 0 && totalY > 0, () => `the weights sum to ${totalX} and ${totalY}; expected above 0`);
	const steps = [
		...x.map((value, index) => ({ value, share: xWeights[index]! / totalX })),
		...y.map((value, index) => ({ value, share: -yWeights[index]! / totalY })),
	].sort((a, b) => a.value - b.value);
	let distance = 0;
	let difference = 0;
	steps.forEach(({ value, share }, index) => {
		difference += share;
		const next = steps[index + 1];
		if (next !== undefined) distance += Math.abs(difference) * (next.value - value);
	});
	return distance;
}
