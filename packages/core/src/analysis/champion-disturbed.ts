import type { MergedWindow } from "./merged-window.ts";

/** Half-life of the moving share, in windows. */
const HALF_LIFE_WINDOWS = 10;
/** Twice as many answers over the limit as the percentile allows: beyond what a percentile taken from 2,000 requests can be wrong by. */
const TIMES_EXPECTED = 2;
const MIN_REQUESTS = 50;

/**
 * Follows whether the champion would break the plan's latency gate against its own past: how much of its answers exceed its frozen
 * percentile by more than the gate's tolerance.
 */
export class ChampionDisturbance {
	#over = 0;
	#n = 0;

	update(window: MergedWindow, latencyUs: readonly number[] | undefined, limitUs: number | undefined): void {
		const i = limitUs === undefined ? -1 : (latencyUs?.indexOf(limitUs) ?? -1);
		const champion = window.classes.latency?.champion;
		if (i === -1 || champion === undefined) return;
		const keep = 0.5 ** (1 / HALF_LIFE_WINDOWS);
		this.#over = this.#over * keep + (champion.over[i] ?? 0);
		this.#n = this.#n * keep + champion.n;
	}

	/** @param percentile of the gate, as a share: 0.95 expects at most 5 % above the limit. */
	isDisturbed(percentile: number): boolean {
		return this.#n >= MIN_REQUESTS && this.#over / this.#n > TIMES_EXPECTED * (1 - percentile);
	}
}
