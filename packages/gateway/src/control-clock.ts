import type { Clock } from "./ports.ts";

/** Offsets closer than this are kept as they are: the difference is the network's, not the clock's. */
const NOISE_MS = 50;
/** The wall clock and the monotonic clock apart by more than this since the last measure: suspended, or set by hand. */
const DRIFT_MS = 1_000;

/**
 * Control's clock as this gateway knows it. It runs on the monotonic clock between two measures, so setting this host's clock
 * moves neither seconds nor leases.
 */
export class ControlClock {
	readonly #clock: Clock;
	/** Control's clock minus the monotonic clock. Before the first measure: this host's wall clock. */
	#offsetMs: number;
	#wallOffsetMs: number;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#wallOffsetMs = clock.now() - clock.monotonicMs();
		this.#offsetMs = this.#wallOffsetMs;
	}

	/** Milliseconds since the epoch, on control's clock. */
	now(): number {
		return this.#clock.monotonicMs() + this.#offsetMs;
	}

	/** From a hello: control's clock was read somewhere between sending and receiving (both monotonic). */
	measure(sentMs: number, receivedMs: number, controlClock: number): void {
		const offsetMs = controlClock - (sentMs + receivedMs) / 2;
		if (Math.abs(offsetMs - this.#offsetMs) > NOISE_MS) this.#offsetMs = offsetMs;
		this.#wallOffsetMs = this.#clock.now() - this.#clock.monotonicMs();
	}

	/** True when the measure can no longer be trusted: say hello again. */
	hasDrifted(): boolean {
		return Math.abs(this.#clock.now() - this.#clock.monotonicMs() - this.#wallOffsetMs) > DRIFT_MS;
	}
}
