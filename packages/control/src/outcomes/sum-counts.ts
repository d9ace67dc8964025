import type { OutcomeCount } from "@headgate/core/analysis";

/** Counts of the same second, arm, bucket and subject made one: integer sums, so their order changes nothing. */
export function sumCounts(counts: readonly OutcomeCount[]): readonly OutcomeCount[] {
	const sums = new Map<string, OutcomeCount>();
	for (const count of counts) {
		const key = [count.second, count.arm, count.bucket, count.of === "label" ? "" : ` ${count.metric}`].join(" ");
		const before = sums.get(key);
		sums.set(key, before === undefined ? count : add(before, count));
	}
	return [...sums.keys()].sort().map((key) => sums.get(key)!);
}

function add(a: OutcomeCount, b: OutcomeCount): OutcomeCount {
	if (a.of === "metric") return { ...a, n: a.n + b.n, sum: a.sum + (b.of === "metric" ? b.sum : 0) };
	if (b.of === "metric") return a;
	return {
		...a,
		n: a.n + b.n,
		wrong: a.wrong + b.wrong,
		absoluteError: a.absoluteError + b.absoluteError,
		squaredError: a.squaredError + b.squaredError,
	};
}
