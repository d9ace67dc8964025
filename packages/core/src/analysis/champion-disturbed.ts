import type { MergedWindow } from "./merge.ts";

/** Half-life of the moving share, in windows. */
const HALF_LIFE_WINDOWS = 10;
/** The champion is disturbed when this much more of its answers than before the rollout exceed its frozen percentile. */
const EXCESS_SHARE = 0.1;
const MIN_REQUESTS = 50;

/** Follows how much of the champion's answers exceed its own frozen latency percentile. */
export class ChampionDisturbance {
	#over = 0;
	#n = 0;

	update(window: MergedWindow, latencyUs: readonly number[] | undefined, quantileUs: number | undefined): void {
		const i = quantileUs === undefined ? -1 : (latencyUs?.indexOf(Math.round(quantileUs)) ?? -1);
		const champion = window.classes.latency?.champion;
		if (i === -1 || champion === undefined) return;
		const keep = 0.5 ** (1 / HALF_LIFE_WINDOWS);
		this.#over = this.#over * keep + (champion.over[i] ?? 0);
		this.#n = this.#n * keep + champion.n;
	}

	/** @param percentile the frozen one, as a share: 0.95 expects 5 % above it. */
	isDisturbed(percentile: number): boolean {
		return this.#n >= MIN_REQUESTS && this.#over / this.#n > 1 - percentile + EXCESS_SHARE;
	}
}
