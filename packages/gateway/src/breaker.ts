export const FAILURES_IN_A_ROW = 20;

/**
 * Sends the traffic of a version on trial home after 20 failures in a row, without asking control. It stays open until the table
 * changes: only control may try again.
 */
export class CrashBreaker {
	#failures = new Map<string, number>();
	readonly #open = new Set<string>();

	/** True when this failure opened the breaker. */
	failed(armKey: string): boolean {
		const failures = (this.#failures.get(armKey) ?? 0) + 1;
		this.#failures.set(armKey, failures);
		if (failures < FAILURES_IN_A_ROW || this.#open.has(armKey)) return false;
		this.#open.add(armKey);
		return true;
	}

	answered(armKey: string): void {
		if (this.#failures.size > 0) this.#failures.delete(armKey);
	}

	isOpen(armKey: string): boolean {
		return this.#open.has(armKey);
	}

	/** Arm keys sent home. */
	open(): string[] {
		return [...this.#open].sort();
	}

	reset(): void {
		this.#failures = new Map();
		this.#open.clear();
	}
}
