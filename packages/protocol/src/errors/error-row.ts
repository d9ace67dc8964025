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

/** What was given is wrong: exit 2. */
export function given(when: string, hint: string, status = 422): ErrorRow {
	return { status, exit: 2, retryable: false, when, hint };
}

/** It worked and the answer is no: exit 1. */
export function refused(when: string, hint: string, status = 422): ErrorRow {
	return { status, exit: 1, retryable: false, when, hint };
}

/** It could not be done: exit 3, worth another try. */
export function could(when: string, hint: string, status = 500): ErrorRow {
	return { status, exit: 3, retryable: true, when, hint };
}
