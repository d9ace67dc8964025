import type { Judgement } from "./judgement.ts";
import type { MergedCounts } from "./merge.ts";

/** Of the restored champion's answers, at most this share may exceed its frozen percentile for latency to count as back. */
const LATENCY_SHARE = 0.15;

/** Watches the restored champion after a rollback: are errors and latency back to what they were? */
export class Recovery {
	#seconds = 0;
	#n = 0;
	#failed = 0;
	#over = 0;

	update(champion: MergedCounts, latencyUs: readonly number[] | undefined, quantileUs: number | undefined): void {
		const i = quantileUs === undefined ? -1 : (latencyUs?.indexOf(Math.round(quantileUs)) ?? -1);
		this.#seconds++;
		this.#n += champion.n;
		this.#failed += champion.failed;
		this.#over += i === -1 ? 0 : (champion.over[i] ?? 0);
	}

	report(before: { readonly k: number; readonly n: number }): NonNullable<Judgement["recovery"]> {
		return {
			seconds: this.#seconds,
			requests: this.#n,
			errorRatioBefore: before.n === 0 ? 0 : before.k / before.n,
			errorRatioNow: this.#n === 0 ? 0 : this.#failed / this.#n,
			latencyBack: this.#n > 0 && this.#over / this.#n <= LATENCY_SHARE,
		};
	}
}
