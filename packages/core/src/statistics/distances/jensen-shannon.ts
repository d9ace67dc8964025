import { assert } from "../assertions.ts";

/**
 * Jensen-Shannon divergence of two distributions over the same bins, in nats: 0 when they are equal, ln 2 when they share no bin.
 * Each is made to sum to 1. Divide by ln 2 for bits; its square root is a metric. Source: Lin 1991.
 */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
	const totalP = p.reduce((sum, value) => sum + value, 0);
	const totalQ = q.reduce((sum, value) => sum + value, 0);
	assert(
		p.length === q.length && totalP > 0 && totalQ > 0,
		() => `${p.length} and ${q.length} bins; expected as many, not all empty`,
	);
	return p.reduce((divergence, value, index) => {
		const a = value / totalP;
		const b = q[index]! / totalQ;
		const middle = (a + b) / 2;
		return divergence + (term(a, middle) + term(b, middle)) / 2;
	}, 0);
}

function term(share: number, middle: number): number {
	return share === 0 ? 0 : share * Math.log(share / middle);
}
