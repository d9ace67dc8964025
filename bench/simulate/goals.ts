/** The numbers of reference/goals.md, "Verdicts", that simulation can show: what is simulated, and what the figure is held against. */
export interface GoalRow {
	readonly what: string;
	readonly world: "iid" | "real" | "harsh";
	readonly rate: number;
	readonly change: string;
	readonly onsetSeconds: number;
	readonly durationSeconds: number;
	readonly runs: number;
	readonly goal: Goal;
}

export type Goal =
	/** At most this share of rollouts of a good version is rolled back. */
	| { readonly kind: "false-rollbacks"; readonly most: number }
	/** Found in at least this share, in the median within so many seconds and, where it is said, after so few bad answers. */
	| { readonly kind: "found"; readonly least: number; readonly medianSeconds: number | null; readonly badAnswers?: number };

const ROLLOUT_SECONDS = 300;
const HOUR = 3_600;
const RATES = [5, 50, 500, 5_000] as const;

const atRest = (world: GoalRow["world"], rate: number, most: number): GoalRow => ({
	what: "a good version over a whole rollout",
	world,
	rate,
	change: "A/A",
	onsetSeconds: 0,
	durationSeconds: ROLLOUT_SECONDS,
	runs: 3_000,
	goal: { kind: "false-rollbacks", most },
});

const long = (hours: number, runs: number): GoalRow => ({
	what: `a good version over ${hours} h`,
	world: "real",
	rate: 500,
	change: "A/A",
	onsetSeconds: 0,
	durationSeconds: hours * HOUR,
	runs,
	goal: { kind: "false-rollbacks", most: 0.005 },
});

function worse(change: string, rate: number, goal: Omit<Extract<Goal, { kind: "found" }>, "kind">): GoalRow {
	const what = change.startsWith("p95") ? "slower" : "more errors";
	return {
		...{ what, world: "real", rate, change, onsetSeconds: 0, durationSeconds: ROLLOUT_SECONDS, runs: 1_000 },
		goal: { kind: "found", ...goal },
	};
}

/** Only of an onset after 200 s the goal says that each is found; of the others it names the median. */
const late = (onsetSeconds: number, rate: number, medianSeconds: number, runs: number): GoalRow => ({
	what: `more errors after ${onsetSeconds < HOUR ? `${onsetSeconds} s` : `${onsetSeconds / HOUR} h`} of health`,
	world: "real",
	rate,
	change: "+5pp",
	onsetSeconds,
	durationSeconds: onsetSeconds + ROLLOUT_SECONDS,
	runs,
	goal: { kind: "found", least: onsetSeconds < HOUR ? 1 : 0.95, medianSeconds },
});

export const GOALS: readonly GoalRow[] = [
	...RATES.map((rate) => atRest("iid", rate, 0.003)),
	...RATES.map((rate) => atRest("real", rate, 0.003)),
	...RATES.map((rate) => atRest("harsh", rate, 0.01)),
	long(24, 150),
	long(72, 40),
	worse("+1pp", 500, { least: 0.95, medianSeconds: 45, badAnswers: 30 }),
	worse("+5pp", 5_000, { least: 0.99, medianSeconds: 12 }),
	worse("+5pp", 500, { least: 0.99, medianSeconds: 12 }),
	worse("+5pp", 50, { least: 0.95, medianSeconds: 35 }),
	worse("+5pp", 5, { least: 0.7, medianSeconds: null }),
	worse("+50pp", 500, { least: 0.99, medianSeconds: 5 }),
	worse("+50pp", 50, { least: 0.99, medianSeconds: 8 }),
	worse("+50pp", 5, { least: 0.99, medianSeconds: 30 }),
	worse("p95+50%", 500, { least: 0.99, medianSeconds: 20 }),
	worse("p95+50%", 50, { least: 0.95, medianSeconds: 95 }),
	...([50, 500, 5_000] as const).map((rate): GoalRow => {
		const tolerated = { kind: "false-rollbacks", most: 0.015 } as const;
		return { ...worse("p95+10%", rate, { least: 0, medianSeconds: null }), what: "slower within the tolerance", goal: tolerated };
	}),
	late(200, 50, 30, 300),
	late(200, 500, 30, 300),
	late(200, 5_000, 30, 300),
	late(HOUR, 500, 60, 100),
	late(4 * HOUR, 500, 60, 60),
	late(48 * HOUR, 500, 120, 20),
];
