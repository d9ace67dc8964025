import { readFileSync } from "node:fs";
import path from "node:path";
import { percent } from "headgate/simulate";
import { table } from "./markdown-table.ts";

const RESULT = path.resolve(import.meta.dirname, "../../bench/results/simulate.json");

interface Kept {
	readonly date: string;
	readonly machine: { readonly cpu?: string; readonly cores?: number };
	readonly versions: Readonly<Record<string, string>>;
	readonly options: Readonly<Record<string, number>>;
	readonly figure: string;
	readonly measured: {
		readonly goals: readonly {
			readonly what: string;
			readonly world: string;
			readonly rate: number;
			readonly change: string;
			readonly runs: number;
			readonly figure: string;
			readonly goal: string;
			readonly meets: boolean;
		}[];
		readonly broken: { readonly rolledBack: number; readonly runs: number; readonly most: number; readonly caught: boolean };
		readonly peers: readonly {
			readonly rule: string;
			readonly rate: number;
			readonly change: string;
			readonly runs: number;
			readonly rolledBack: number;
			readonly medianSeconds: number | null;
		}[];
	};
}

/** docs/reference/verdict-figures.md: what the simulator's bench measured last, and was kept. */
export function verdictFigures(): string {
	const { date, options, figure, measured } = JSON.parse(readFileSync(RESULT, "utf8")) as Kept;
	const { goals, broken, peers } = measured;
	const judges = [...new Set(peers.map(({ rule }) => rule))];
	const scenes = [...new Set(peers.map(({ change, rate }) => `${change} ${rate}`))].map((scene) => scene.split(" "));
	const cell = (rule: string, change: string, rate: string) => {
		const found = peers.find((one) => one.rule === rule && one.change === change && String(one.rate) === rate)!;
		const share = `${percent(found.rolledBack)}`;
		return found.medianSeconds === null ? share : `${share}, ${Math.round(found.medianSeconds)} s`;
	};
	return [
		"<!-- Made from bench/results/simulate.json. Run `npm run bench -- simulate --write`, then `npm run docs`. -->",
		"# Verdicts in figures",
		"",
		"How often a good version is rolled back and how soon a bad one is, in the simulator's seeded worlds, by the judge of the control loop:",
		"`error_rate <= champion + 0.1pp` and `latency_p95 <= champion + 20%`, 10 % of the traffic for 180 s, then 50 %. In brackets the 95 %",
		"interval (Wilson). [How Headgate decides](../how-headgate-decides.md) explains what is behind them.",
		"",
		`Measured ${date.slice(0, 10)}, seed ${options["seed"]}: ${figure}.`,
		"",
		...table(
			["", "world", "requests/s", "change", "runs", "rolled back (95 %), median", "goal", ""],
			goals.map((row) => [
				...[row.what, `\`${row.world}\``, String(row.rate), row.change, String(row.runs), row.figure, row.goal],
				row.meets ? "reached" : "**missed**",
			]),
		),
		"",
		`A judge that spends twenty times its error budget rolls back ${percent(broken.rolledBack)} of ${broken.runs} good versions at 5,000`,
		`requests/s in \`real\`; the goal is ${percent(broken.most)}, and the bench ${broken.caught ? "catches it" : "does **not** catch it"}.`,
		"",
		"## Beside peers' rules",
		"",
		"The same traffic (`real`), judged by simplified models of other rules; each file in bench/peer-rules names its source. Share rolled back,",
		"and the median time of those that were.",
		"",
		...table(
			["change", "requests/s", ...judges],
			scenes.map(([change = "", rate = ""]) => [change, rate, ...judges.map((rule) => cell(rule, change, rate))]),
		),
		"",
		"- A fixed line is quick because it does not ask whether chance could have done it: it rolls back nearly everything.",
		"- Little traffic makes any fixed line fire: one error in sixty answers is more than 1 %.",
		"- Kayenta finds a p95 that is 10 % higher, though the rule allows 20 %: its tolerance is another one.",
		"- +1pp at 50 requests/s is not found in every rollout of five minutes. Headgate says so beforehand, and when it would be.",
		"",
	].join("\n");
}
