import {
	FIRST_STAGE,
	Judge,
	type Judgement,
	type MergedWindow,
	MILLIONTHS,
	type OutcomeCount,
	USER_BUCKETS,
	watchedLatencies,
} from "@headgate/core/analysis";
import type { Plan } from "@headgate/core/plan";
import { planOf } from "../shared/parsed.ts";

const THRESHOLDS = "real-cases";
const ARMS = { challenger: "challenger", champion: "champion" } as const;
type Role = keyof typeof ARMS;
const NO_VALUES: ValuesOfSecond = { challenger: [], champion: [] };

/** Values of one second: each the business value, and where a plan asks for it the latency, of one request of one user. */
export type ValuesOfSecond = Readonly<Record<Role, readonly number[]>>;

/**
 * A plan of one canary stage, held for as many seconds as there are, whose gates may say `business of higher` (more is worse) and
 * `business of lower` (less is worse).
 */
function valuesPlan(gates: readonly string[], seconds: number): Plan {
	return planOf([{ canary: { weight: "50%", hold: `${seconds}s`, gates } }, "promote"], {
		higher: { kind: "mean", direction: "down", primary: false },
		lower: { kind: "mean", direction: "up", primary: false },
	});
}

export interface Judged {
	/** The gate that made the rollout fail, and how many values had been seen by then; null when none did. */
	readonly failed: { readonly gate: string; readonly values: number } | null;
	/** After the last second, or after the one that failed. */
	readonly last: Judgement;
}

export interface JudgeValuesOptions {
	/** What one value is in microseconds, for gates on latency. */
	readonly microseconds?: number;
	/** The champion's p95 of before, in microseconds, for gates on latency_p95. */
	readonly p95Us?: number;
}

/**
 * The judge of the control loop over recorded values, second by second until a gate fails. Values are dealt to the buckets of users in turn.
 * Relative gates do not depend on the unit, so values are taken in one that leaves millionths enough digits.
 */
export function judgeValues(
	gates: readonly string[],
	seconds: readonly ValuesOfSecond[],
	options: JudgeValuesOptions = {},
): Judged {
	const plan = valuesPlan(gates, seconds.length);
	const championUs = options.p95Us === undefined ? {} : { "0.95": options.p95Us };
	const latencyUs = watchedLatencies(plan, championUs);
	const judge = new Judge(plan, ["crash"], { arms: ARMS });
	judge.tell({ ...FIRST_STAGE, thresholds: { id: THRESHOLDS, latencyUs }, championUs });
	const unit = unitOf(seconds);
	const seen = { challenger: 0, champion: 0 };
	const judged = (second: number, window: MergedWindow) =>
		judge.second({ kind: "close", second, missing: [], readyArms: [], behind: false, position: second + 1 }, [window]);
	// The rollout begins a second before its first request: outcomes of earlier ones would be nobody's.
	let last = judged(
		0,
		windowOf(0, NO_VALUES, () => latencyUs.map(() => 0), { challenger: noUsers(), champion: noUsers() }),
	);
	for (const [index, values] of seconds.entries()) {
		const second = index + 1;
		const users = { challenger: noUsers(), champion: noUsers() };
		const counts: OutcomeCount[] = [];
		for (const role of ["challenger", "champion"] as const) {
			for (const value of values[role]) {
				const bucket = seen[role]++ % USER_BUCKETS;
				users[role][bucket]!++;
				const of = { of: "metric", second, arm: ARMS[role], bucket, n: 1, sum: Math.round((value / unit) * MILLIONTHS) } as const;
				counts.push({ ...of, metric: "higher" }, { ...of, metric: "lower" });
			}
		}
		const over = (role: Role) =>
			latencyUs.map((limit) => values[role].filter((value) => value * (options.microseconds ?? 1) > limit).length);
		judge.outcomes({ kind: "outcomes", batch: second, counts });
		last = judged(second, windowOf(second, values, over, users));
		if (last.failing !== null) return { failed: { gate: last.failing.gate, values: seen.challenger + seen.champion }, last };
	}
	return { failed: null, last };
}

function windowOf(second: number, values: ValuesOfSecond, over: (role: Role) => readonly number[], users: MergedWindow["users"]) {
	const counts = (role: Role) => ({ n: values[role].length, failed: 0, over: over(role) });
	const all = { challenger: counts("challenger"), champion: counts("champion") };
	const pair = { ...all, warm: true };
	const classes = { crash: pair, errors: pair, latency: pair };
	return { second, revision: 1, thresholds: THRESHOLDS, classes, users, lottery: null, challengerRouted: true, all };
}

/** A thousandth of the champion's mean. */
function unitOf(seconds: readonly ValuesOfSecond[]): number {
	const values = seconds.flatMap(({ champion }) => champion);
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return mean > 0 ? mean / 1_000 : 1;
}

function noUsers(): number[] {
	return new Array<number>(USER_BUCKETS).fill(0);
}
