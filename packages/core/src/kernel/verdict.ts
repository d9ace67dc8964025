/** What a gate says of the evidence so far. `unknown` is not enough evidence yet; `error` cannot be judged at all. */
export type Verdict = "pass" | "fail" | "unknown" | "error";

export interface VerdictRow {
	/** Larger is worse; worst-of takes the largest. */
	readonly severity: number;
	readonly colour: "green" | "red" | "yellow" | "magenta";
	readonly symbol: string;
	/** Exit code of a command whose answer is this verdict. */
	readonly exitCode: 0 | 1 | 3;
	readonly mayPromote: boolean;
}

/** The one table from which worst-of, colours, exit codes and "may it promote?" derive. */
export const VERDICTS: Readonly<Record<Verdict, VerdictRow>> = {
	pass: { severity: 0, colour: "green", symbol: "+", exitCode: 0, mayPromote: true },
	unknown: { severity: 1, colour: "yellow", symbol: "?", exitCode: 1, mayPromote: false },
	error: { severity: 2, colour: "magenta", symbol: "!", exitCode: 3, mayPromote: false },
	fail: { severity: 3, colour: "red", symbol: "x", exitCode: 1, mayPromote: false },
};

/** The worst verdict of several; of none it is `unknown`, because silence proves nothing. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
	const [first, ...rest] = verdicts;
	if (first === undefined) return "unknown";
	return rest.reduce((worst, next) => (VERDICTS[next].severity > VERDICTS[worst].severity ? next : worst), first);
}
