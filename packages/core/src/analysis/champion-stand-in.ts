import type { Share } from "./judgement.ts";

/** A rate known from fewer requests than this is no reference. */
const MIN_REQUESTS = 100;

/**
 * Stands in for a champion whose traffic has gone to the challenger: as many requests, at the rate the champion had before. A fixed
 * k0 = n0 p0 never gives more evidence than a random one with that mean (ln v <= v - 1), so the compare tests stay valid.
 */
export class ChampionStandIn {
	/** Fractions of a failure that are still to be counted. */
	#owed = 0;

	/** @returns the champion's k for n requests, or null when too little is known of it. */
	take(before: Share, n: number): number | null {
		if (!isKnown(before)) return null;
		this.#owed += (before.k / before.n) * n;
		const k = Math.min(n, Math.floor(this.#owed));
		this.#owed -= k;
		return k;
	}
}

export function isKnown(champion: Share): boolean {
	return champion.n >= MIN_REQUESTS;
}
