/**
 * Nats that a gate must gather from warm arms before it may fail: odds of 4.5 to 1 by themselves. Less, and cold caches that are warm
 * again would roll a good version back; more only costs time.
 */
export const PROOF_NATS = 1.5;

/** A warm-up that goes on for this many windows, less those that were warm in between, is how the version is. */
const MOST_COLD_WINDOWS = 60;

/**
 * Lets evidence of an arm's first seconds count without letting it decide: users did meet those errors, but cold caches end. A gate may
 * fail only once warm arms have added PROOF_NATS to what cold ones gave, or its evidence had sunk to nothing under warm arms, after which the
 * warm-up before has no part in it any more. What a gateway that starts again adds is cold anew, but takes nothing from what warm arms
 * proved. Asking for more before a rejection never adds a false one (Ville still holds).
 */
export class WarmUpProof {
	/** Of ln E of the fail side, what cold windows gave; 0 or more. */
	#coldNats = 0;
	#logEFail = 0;
	#coldWindows = 0;
	#isGiven = false;

	/** After each window: ln E of the fail side, and whether the window came from warm arms. */
	observe(logEFail: number, warm: boolean): void {
		this.#coldWindows = Math.max(0, this.#coldWindows + (warm ? -1 : 1));
		if (warm || this.#coldWindows > MOST_COLD_WINDOWS) {
			if (logEFail <= 0) this.#coldNats = 0;
			this.#isGiven ||= logEFail <= 0 || logEFail >= this.#coldNats + PROOF_NATS;
		} else {
			const gained = Math.max(0, logEFail - this.#logEFail);
			this.#coldNats = Math.max(0, Math.min(this.#coldNats + gained, logEFail));
			this.#isGiven &&= this.#coldNats === 0 || logEFail >= this.#coldNats + PROOF_NATS;
		}
		this.#logEFail = logEFail;
	}

	get isGiven(): boolean {
		return this.#isGiven;
	}
}
