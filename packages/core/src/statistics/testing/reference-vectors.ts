/** Which test reproduces which case of the reference vectors, stated once so that none is left out by both. */

/** How many cases the file holds: one that appears or is lost is seen. */
export const REFERENCE_CASES = 66;

/** Kinds of cases that vectors.test.ts reproduces, and how many of each; the others belong to further-vectors.test.ts. */
export const PROCESS_KINDS = { compare: 10, e_abs: 2, long: 5, cs_betabinom: 3, special: 5 } as const;
export type ProcessKind = keyof typeof PROCESS_KINDS;

/** The kind of a case that vectors.test.ts reproduces, else undefined. */
export function processKindOf(name: string): ProcessKind | undefined {
	return (Object.keys(PROCESS_KINDS) as ProcessKind[]).find((kind) => name.startsWith(`${kind}_`));
}

/** Remembers the worst error of each kind and what was reproduced, for the line that is printed in the end. */
export class ErrorBook {
	readonly #worst = new Map<string, number>();
	readonly #reproduced = new Set<string>();

	/** NaN counts as infinite: a number that is none agrees with nothing. */
	note(kind: string, error: number): void {
		this.#worst.set(kind, Math.max(this.#worst.get(kind) ?? 0, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error));
	}

	reproduced(name: string): void {
		this.#reproduced.add(name);
	}

	/** "25 of 66 reference vectors reproduced; worst error: compare 7.1e-15, ..." */
	report(): string {
		const errors = [...this.#worst].map(([kind, error]) => `${kind} ${error.toExponential(1)}`);
		return `${this.#reproduced.size} of ${REFERENCE_CASES} reference vectors reproduced here; worst error: ${errors.join(", ")}`;
	}
}
