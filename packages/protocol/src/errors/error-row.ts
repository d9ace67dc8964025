/** One kind of error: how it looks on the wire, how a command exits, and what a person can do about it. */
export interface ErrorRow {
	/** HTTP status where it crosses HTTP. */
	readonly status: number;
	/** 1: it worked and the answer is no; 2: what was given is wrong; 3: could not. */
	readonly exit: 1 | 2 | 3;
	readonly retryable: boolean;
	/** One sentence: when it happens. */
	readonly when: string;
	/** One sentence: what to do. A thrower may give a more precise hint. */
	readonly hint: string;
}
