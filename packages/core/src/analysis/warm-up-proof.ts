/**
 * Nats that a gate must gather after the warm-up before it may fail: odds of 4.5 to 1 by themselves. Less, and cold caches that are warm
 * again would roll a good version back; more only costs time.
 */
export const PROOF_NATS = 1.5;

/**
 * Lets evidence of an arm's first seconds count without letting it decide: users did meet those errors, but cold caches end. A gate may
 * fail only once its evidence has grown by PROOF_NATS since the warm-up ended, or had sunk to nothing in between, after which the
 * warm-up has no part in it any more. Asking for more before a rejection never adds a false one (Ville still holds).
 */
export class WarmUpProof {
	/** ln E of the fail side when the last cold second was over. */
	#markNats = 0;
	#isGiven = false;

	/** After each window: ln E of the fail side, and whether the window came from warm arms. */
	observe(logEFail: number, warm: boolean): void {
		if (!warm) {
			this.#markNats = Math.max(0, logEFail);
			this.#isGiven = false;
		} else if (logEFail <= 0 || logEFail >= this.#markNats + PROOF_NATS) this.#isGiven = true;
	}

	get isGiven(): boolean {
		return this.#isGiven;
	}
}
