import type { Judgement, Share } from "./judgement.ts";
import type { MergedCounts } from "./merged-window.ts";

/** Latency is back when at most twice as many answers exceed the gate's limit as its percentile allows. */
const TIMES_EXPECTED = 2;

/** Watches the restored champion after a rollback: are errors and latency back to what they were? */
export class Recovery {
	#seconds = 0;
	#n = 0;
	#failed = 0;
	#over = 0;

	update(champion: MergedCounts, latencyUs: readonly number[] | undefined, limitUs: number | undefined): void {
		const i = limitUs === undefined ? -1 : (latencyUs?.indexOf(limitUs) ?? -1);
		this.#seconds++;
		this.#n += champion.n;
		this.#failed += champion.failed;
		this.#over += i === -1 ? 0 : (champion.over[i] ?? 0);
	}

	/** @param percentile of the gate, as a share; undefined when the plan compares no latencies. */
	report(before: Share, percentile: number | undefined): NonNullable<Judgement["recovery"]> {
		return {
			seconds: this.#seconds,
			requests: this.#n,
			errorRatioBefore: before.n === 0 ? 0 : before.k / before.n,
			errorRatioNow: this.#n === 0 ? 0 : this.#failed / this.#n,
			latencyBack: this.#n > 0 && this.#over / this.#n <= TIMES_EXPECTED * (1 - (percentile ?? 0)),
		};
	}
}
