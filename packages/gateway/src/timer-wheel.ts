const TICK_MS = 10;
const SLOTS = 512;

/** A deadline that may be taken back. */
export interface WheelEntry {
	slot: number;
	rounds: number;
	index: number;
	fire: (() => void) | null;
}

/**
 * Many timeouts on one timer, each late by up to 10 ms: a timer of its own for each request costs more than the request. Nothing
 * ticks while nothing waits.
 */
export class TimerWheel {
	readonly #slots: WheelEntry[][] = Array.from({ length: SLOTS }, () => []);
	#at = 0;
	#waiting = 0;
	#timer: NodeJS.Timeout | null = null;
	#lastMs = 0;

	/** `fire` is called once, not before `delayMs` is over. */
	add(delayMs: number, fire: () => void): WheelEntry {
		if (this.#timer === null) {
			this.#lastMs = performance.now();
			this.#timer = setInterval(() => this.#tick(), TICK_MS);
		}
		// One tick more: the current one is partly over.
		const ticks = Math.max(1, Math.ceil(delayMs / TICK_MS)) + 1;
		const slot = (this.#at + ticks) % SLOTS;
		const entries = this.#slots[slot]!;
		const entry: WheelEntry = { slot, rounds: Math.floor(ticks / SLOTS), index: entries.length, fire };
		entries.push(entry);
		this.#waiting++;
		return entry;
	}

	cancel(entry: WheelEntry): void {
		if (entry.fire === null) return;
		entry.fire = null;
		this.#remove(entry);
	}

	close(): void {
		if (this.#timer !== null) clearInterval(this.#timer);
		this.#timer = null;
	}

	#remove(entry: WheelEntry): void {
		const entries = this.#slots[entry.slot]!;
		const last = entries.pop()!;
		if (last !== entry) {
			entries[entry.index] = last;
			last.index = entry.index;
		}
		this.#waiting--;
	}

	/** Catches up when the loop was busy: time is what passed, not how often the timer fired. */
	#tick(): void {
		const due = Math.floor((performance.now() - this.#lastMs) / TICK_MS);
		this.#lastMs += due * TICK_MS;
		for (let i = 0; i < due; i++) {
			this.#at = (this.#at + 1) % SLOTS;
			this.#fireSlot(this.#slots[this.#at]!);
		}
		if (this.#waiting === 0) this.close();
	}

	#fireSlot(entries: WheelEntry[]): void {
		const due: (() => void)[] = [];
		for (let i = entries.length - 1; i >= 0; i--) {
			const entry = entries[i]!;
			if (entry.rounds-- > 0) continue;
			due.push(entry.fire!);
			entry.fire = null;
			this.#remove(entry);
		}
		for (const fire of due) fire();
	}
}
