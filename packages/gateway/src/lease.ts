import type { ControlClock } from "./control-clock.ts";

/**
 * The right to give traffic to versions on trial. It ends by itself at `trialUntil` on control's clock, as measured at hello:
 * a line that waited in a buffer cannot lengthen it. Without a lease the champion answers everything.
 */
export class TrialLease {
	readonly #clock: ControlClock;
	#trialUntil = 0;

	constructor(clock: ControlClock) {
		this.#clock = clock;
	}

	renew(trialUntil: number): void {
		this.#trialUntil = Math.max(this.#trialUntil, trialUntil);
	}

	end(): void {
		this.#trialUntil = 0;
	}

	holds(): boolean {
		return this.#clock.now() < this.#trialUntil;
	}

	/** Milliseconds left; 0 when it has run out. */
	remainingMs(): number {
		return Math.max(0, this.#trialUntil - this.#clock.now());
	}
}
