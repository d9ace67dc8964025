/**
 * ln(sum exp(x_i)) without overflow: sums of e-values are formed from their logarithms, which may be thousands of nats.
 * The empty sum is -Infinity; -Infinity entries (impossible terms) are allowed, NaN never arises from numbers below +Infinity.
 * With `count`, of the first so many alone.
 */
export function logSumExp(values: ArrayLike<number>, count = values.length): number {
	let largest = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < count; i++) if (values[i]! > largest) largest = values[i]!;
	if (!Number.isFinite(largest)) return largest;
	let sum = 0;
	for (let i = 0; i < count; i++) sum += Math.exp(values[i]! - largest);
	return largest + Math.log(sum);
}

/** ln(exp(a) + exp(b)) without overflow. */
export function logAddExp(a: number, b: number): number {
	const larger = Math.max(a, b);
	if (!Number.isFinite(larger)) return larger;
	return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}
