/**
 * The goals for verdicts in the simulator's worlds: how often a good version is rolled back, how soon a bad one, and that a judge which
 * spends twenty times its error budget would be caught; beside them what peers' rules do in the same traffic.
 */
import type { SimulationSummary } from "@headgate/core/simulation";
import { runSimulation, type SimulationCase } from "headgate/simulate";
import { PEER_RULES } from "../peer-rules/index.ts";
import type { Bench, BenchContext, BenchResult } from "../shared/bench.ts";
import { changeOf, planOf } from "../shared/parsed.ts";
import { renderTable } from "../shared/table.ts";
import { assessGoal } from "./assess-goal.ts";
import { GOALS } from "./goals.ts";
import { BROKEN, type JudgedCase } from "./judges.ts";

const GATES = ["error_rate <= champion + 0.1pp", "latency_p95 <= champion + 20%"];
const OURS = "Headgate";
const SHOWN_EVERY = 0.1;

export const simulateBench: Bench = {
	name: "simulate",
	about: "false rollbacks and detection times of the default gates in seeded worlds, against the goals and peers' rules",
	options: {
		percent: { about: "of the usual runs; 100 takes up to 20 minutes on 2 cores", fallback: 100, min: 1, max: 10_000 },
		seed: { about: "the same seed gives the same table", fallback: 20_261, min: 1, max: 2 ** 31 - 1 },
	},
	run,
};

async function run({ options, line }: BenchContext): Promise<BenchResult> {
	const { percent = 100, seed = 1 } = options;
	const times = (runs: number) => Math.max(2, Math.ceil((runs * percent) / 100));
	const startedAtMs = Date.now();
	const goals = GOALS.map(({ world, rate, change, onsetSeconds, durationSeconds }) =>
		caseOf(OURS, { world, rate, change, onsetSeconds, durationSeconds }),
	);
	line(`  ${GATES.join(" and ")}; 10 % for 180 s, then 50 %; seed ${seed}`);
	const summaries = await simulated(
		goals,
		GOALS.map(({ runs }) => times(runs)),
		seed,
		line,
	);
	const rows = GOALS.map((row, index) => ({ row, summary: summaries[index]!, ...assessGoal(row.goal, summaries[index]!) }));
	show(
		line,
		["", "world", "requests/s", "change", "runs", "figure", "goal", ""],
		rows.map(({ row, summary, figure, goal, meets }) => [
			row.what,
			row.world,
			String(row.rate),
			row.change,
			String(summary.runs),
			figure,
			goal,
			meets ? "" : "missed",
		]),
	);

	const broken = await brokenJudge(times(3_000), seed, line);
	const peers = await againstPeers(times(200), seed, line);
	const missed = rows.filter(({ meets }) => !meets);
	const { caught } = broken;
	return {
		figure: `${rows.length - missed.length} of ${rows.length} goals, the broken judge ${caught ? "is caught" : "is NOT caught"}; ${Math.round((Date.now() - startedAtMs) / 1_000)} s`,
		first: "all goals, and the broken judge is caught",
		meetsFirst: missed.length === 0 && caught,
		goal: "the same",
		meetsGoal: missed.length === 0 && caught,
		versions: {},
		measured: {
			seconds: (Date.now() - startedAtMs) / 1_000,
			goals: rows.map(({ row, summary, figure, goal, meets }) => ({
				...{ what: row.what, world: row.world, rate: row.rate, change: row.change, onsetSeconds: row.onsetSeconds },
				...{ ...summary, figure, goal, meets },
			})),
			broken,
			peers,
		},
	};
}

/** The worlds in which a good version has the hardest time, under a judge that spends too much. */
async function brokenJudge(runs: number, seed: number, line: BenchContext["line"]) {
	const most = 0.003;
	const script = caseOf(BROKEN, { world: "real", rate: 5_000, change: "A/A", onsetSeconds: 0, durationSeconds: 300 });
	const [summary] = await simulated([{ ...script, judgedBy: BROKEN }], [runs], seed, line);
	const { figure } = assessGoal({ kind: "false-rollbacks", most }, summary!);
	// By its whole interval: with few runs a sound judge exceeds the goal by chance as well.
	const caught = summary!.interval[0] > most;
	line(`  ${BROKEN}: ${figure} of ${runs} good versions rolled back in real at 5,000/s; ${caught ? "caught" : "NOT caught"}`);
	return { ...summary!, most, caught };
}

const COMPARED = [
	["A/A", 5],
	["A/A", 50],
	["A/A", 500],
	["A/A", 5_000],
	["+1pp", 50],
	["+1pp", 500],
	["+5pp", 5],
	["+5pp", 50],
	["+5pp", 500],
	["+50pp", 50],
	["p95+10%", 500],
	["p95+50%", 50],
	["p95+50%", 500],
] as const;

async function againstPeers(runs: number, seed: number, line: BenchContext["line"]) {
	const judges = [OURS, ...Object.keys(PEER_RULES)];
	const cases = COMPARED.flatMap(([change, rate]) =>
		judges.map((judge) => {
			const durationSeconds = PEER_RULES[judge]?.seconds ?? 300;
			const script = caseOf(judge, { world: "real", rate, change, onsetSeconds: 0, durationSeconds });
			return judge === OURS ? script : { ...script, judgedBy: judge };
		}),
	);
	const summaries = await simulated(
		cases,
		cases.map(() => runs),
		seed,
		line,
	);
	const at = (row: number, judge: number) => summaries[row * judges.length + judge]!;
	show(
		line,
		["rolled back / median s", "requests/s", ...judges],
		COMPARED.map(([change, rate], row) => [change, String(rate), ...judges.map((_, judge) => cell(at(row, judge)))]),
	);
	return cases.map(({ rule, requestsPerSecond, change }, index) => ({
		rule,
		rate: requestsPerSecond,
		change: change.text,
		...summaries[index]!,
	}));
}

function cell({ rolledBack, medianSeconds }: SimulationSummary): string {
	const share = `${(100 * rolledBack).toFixed(rolledBack > 0 && rolledBack < 0.1 ? 1 : 0)} %`;
	return medianSeconds === null ? share : `${share} / ${Math.round(medianSeconds)}`;
}

interface Script {
	readonly world: SimulationCase["world"];
	readonly rate: number;
	readonly change: string;
	readonly onsetSeconds: number;
	readonly durationSeconds: number;
}

function caseOf(rule: string, { world, rate, change, onsetSeconds, durationSeconds }: Script): SimulationCase {
	return {
		...{ world, rule, plan: PLAN, requestsPerSecond: rate, change: changeOf(change) },
		...{ onsetSecond: onsetSeconds, durationSeconds },
	};
}

const PLAN = planOf([
	{ canary: { weight: "10%", hold: "180s", gates: GATES } },
	{ canary: { weight: "50%", hold: "120s" } },
	"promote",
]);

/** Progress is a line for each tenth: the bench's output is kept. */
async function simulated(
	cases: readonly JudgedCase[],
	runs: readonly number[],
	seed: number,
	line: BenchContext["line"],
): Promise<SimulationSummary[]> {
	let next = SHOWN_EVERY;
	const startedAtMs = Date.now();
	const worker = new URL("./judged-worker.ts", import.meta.url);
	return runSimulation(
		cases,
		runs,
		seed,
		(done, total) => {
			if (done / total < next || done === total) return;
			next += SHOWN_EVERY;
			const left = ((total - done) / done) * ((Date.now() - startedAtMs) / 1_000);
			line(`  simulated ${Math.floor((100 * done) / total)} %, ${Math.ceil(left)} s left`);
		},
		worker,
	);
}

function show(line: BenchContext["line"], headings: readonly string[], rows: readonly (readonly string[])[]): void {
	line();
	for (const text of renderTable(headings, rows)) line(`  ${text}`);
	line();
}
