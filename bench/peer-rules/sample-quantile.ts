import { latencyAtUs, type Random, type SimulatedArm } from "@headgate/core/simulation";

/** One arm over some seconds: what a metrics store would be asked for. */
export class ArmRange {
	n = 0;
	failed = 0;
	#scaled = 0;

	add({ n, failed, climate }: SimulatedArm): void {
		this.n += n;
		this.failed += failed;
		this.#scaled += n * Math.log(climate.latencyScale);
	}

	errorRatio(): number {
		return this.n === 0 ? Number.NaN : this.failed / this.n;
	}

	/**
	 * The p95 that n answers would have shown: the order statistic of a uniform sample, which is beta distributed, through the latencies of
	 * the range. NaN without answers.
	 */
	p95Us(random: Random): number {
		if (this.n === 0) return Number.NaN;
		const rank = Math.max(1, Math.ceil(0.95 * this.n));
		return latencyAtUs(betaOfRank(rank, this.n, random), Math.exp(this.#scaled / this.n));
	}
}

/** The rank-th smallest of n uniforms: exactly from few, by the normal limit from many. */
function betaOfRank(rank: number, n: number, random: Random): number {
	if (n <= 60) {
		const uniforms = Array.from({ length: n }, () => random.uniform()).sort((a, b) => a - b);
		return uniforms[rank - 1]!;
	}
	const mean = rank / (n + 1);
	const sd = Math.sqrt((mean * (1 - mean)) / (n + 2));
	return Math.min(1 - 1e-9, Math.max(1e-9, mean + sd * random.normal()));
}
