/** What a first load may take. */
export interface SmokeLimits {
	/** Above what the empty process takes. */
	readonly memoryBytes: number;
	/** Until it is loaded and warmed up. */
	readonly startMs: number;
}

/** How a first load in the real runtime ended. */
export type SmokeEnd =
	| { readonly kind: "answered" }
	/** The runtime, or the comparison with the examples, said no. */
	| { readonly kind: "refused"; readonly code: string; readonly message: string; readonly hint: string }
	/** The process ended by itself: `SIGSEGV`, `exit 1`; with the end of what it wrote to stderr. */
	| { readonly kind: "crashed"; readonly how: string; readonly phase: SmokePhase; readonly stderr: string }
	| { readonly kind: "late"; readonly phase: SmokePhase; readonly limitMs: number }
	/** Ended because it took more memory than declared. */
	| { readonly kind: "memory"; readonly phase: SmokePhase };

export type SmokePhase = "loading" | "answering";

/** What was measured of a first load, in a process of its own. */
export interface SmokeLoad {
	readonly end: SmokeEnd;
	/** Until it was loaded and warmed up; null when it never was. */
	readonly startMs: number | null;
	/** How many examples it has. */
	readonly examples: number;
	/** Of single requests, one after the other, by percentile (`50`, `95`, `99`); null without examples. */
	readonly latencyMs: Readonly<Record<string, number>> | null;
	/** The largest resident memory above that of the empty process; null when the system does not tell. */
	readonly peakBytes: number | null;
}
