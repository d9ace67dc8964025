import { type Change, parseChange, plannedSeconds, WORLD_NAMES } from "@headgate/core/simulation";
import { accepted, HeadgateError } from "@headgate/protocol";
import type { Command } from "commander";
import { dataFolder } from "../config/data-folder.ts";
import { readYaml } from "../config/read-yaml.ts";
import { renderNoise, renderTraffic } from "../simulate/describe-traffic.ts";
import { progressBar } from "../simulate/progress-bar.ts";
import { count, list, seconds, word } from "../simulate/read-options.ts";
import { renderSimulation, toRow } from "../simulate/render-simulation.ts";
import { type Rule, readRules } from "../simulate/rules.ts";
import { runSimulation } from "../simulate/run-simulation.ts";
import { simulateTraffic } from "../simulate/simulate-traffic.ts";
import type { SimulationCase } from "../simulate/simulation-job.ts";
import type { Output } from "../terminal/output.ts";
import { contextOf } from "./context.ts";

interface SimulateOptions {
	readonly worlds: string;
	readonly rules?: string;
	readonly endpoint?: string;
	readonly traffic?: string;
	readonly rates: string;
	readonly changes: string;
	readonly runs: string;
	readonly seed: string;
	readonly onset: string;
	readonly duration?: string;
}

const DEFAULT_RULE = "canary";
const LIMITS = { rate: 100_000, runs: 1_000_000, seed: 2 ** 31 };
/** What recorded traffic decides by itself. */
const OF_WORLDS = ["worlds", "rates", "changes", "onset"] as const;

export function addSimulateCommand(program: Command): void {
	program
		.command("simulate")
		.description("how often a plan would roll back a good version, and how soon a bad one, in simulated traffic")
		.option(
			"--rules <list>",
			`built-in plans, or gates such as "error_rate <= champion + 0.5pp", separated by ";" (default: ${DEFAULT_RULE})`,
		)
		.option("--endpoint <file>", "an endpoint.yaml: its plan is simulated")
		.option(
			"--traffic <folder>",
			"a data folder: recorded answers of its champion are split against each other, an A/A test of the rule on your own traffic",
		)
		.option("--worlds <list>", `of ${WORLD_NAMES.join(", ")}`, "real")
		.option("--rates <list>", "requests a second of both versions together", "50,500")
		.option("--changes <list>", "A/A (none), +1pp (more errors), p95+50% (slower)", "A/A,+1pp,+5pp,p95+50%")
		.option("--runs <n>", "rollouts of each kind", "200")
		.option("--seed <n>", "the same seed gives the same table", "1")
		.option("--onset <duration>", "when the change begins", "0s")
		.option("--duration <duration>", "how long a rollout lasts; the last stage is held (default: the plan's holds)")
		.action(async (options: SimulateOptions, self: Command) => {
			const { output } = contextOf(self);
			if (options.traffic === undefined) return inWorlds(options, output);
			const foreign = OF_WORLDS.find((option) => self.getOptionValueSource(option) === "cli");
			if (foreign === undefined) return onTraffic(options, options.traffic, output);
			const message = `--${foreign} says what traffic to make, and --traffic takes what was recorded`;
			throw new HeadgateError("simulate.option", message, { hint: "Leave one of them out.", path: foreign });
		});
}

async function inWorlds(options: SimulateOptions, output: Output): Promise<void> {
	const cases = casesOf(options);
	const { runs, seed } = drawsOf(options);
	const summaries = await runSimulation(cases, runs, seed, progressOn(output));
	const rows = summaries.map((summary, index) => toRow(cases[index]!, summary));
	for (const line of renderSimulation(rows)) output.line(line);
	output.result({ rows });
}

async function onTraffic(options: SimulateOptions, folder: string, output: Output): Promise<void> {
	const request = { rules: rulesOf(options), durationSeconds: durationOf(options), ...drawsOf(options) };
	const { traffic, rows } = await simulateTraffic(dataFolder(folder), request, progressOn(output));
	output.line(renderTraffic(traffic));
	for (const line of renderSimulation(rows)) output.line(line);
	for (const line of renderNoise(traffic)) output.line(line);
	output.result({ rows, traffic });
}

function progressOn(output: Output): (done: number, total: number) => void {
	const startedAtMs = Date.now();
	return (done, total) => output.progress(progressBar(done, total, Date.now() - startedAtMs));
}

function drawsOf({ runs, seed }: SimulateOptions): { readonly runs: number; readonly seed: number } {
	return { runs: count(runs, "runs", LIMITS.runs), seed: count(seed, "seed", LIMITS.seed) };
}

function durationOf({ duration }: SimulateOptions): number | null {
	return duration === undefined ? null : seconds(duration, "duration", 1);
}

function rulesOf({ rules, endpoint }: SimulateOptions): readonly Rule[] {
	const named = rules ?? (endpoint === undefined ? DEFAULT_RULE : "");
	return readRules(named, endpoint === undefined ? undefined : readYaml(endpoint), endpoint ?? "");
}

function casesOf(options: SimulateOptions): SimulationCase[] {
	const worlds = list(options.worlds).map((text) => word(text, "worlds", "world", WORLD_NAMES));
	const rates = list(options.rates).map((text) => count(text, "rates", LIMITS.rate));
	const changes = list(options.changes).map((text): Change => accepted(parseChange(text)));
	const onsetSecond = seconds(options.onset, "onset");
	return rulesOf(options).flatMap(({ name, plan, off }) =>
		worlds.flatMap((world) =>
			changes.flatMap((change) =>
				rates.map((requestsPerSecond): SimulationCase => {
					const durationSeconds = durationOf(options) ?? onsetSecond + plannedSeconds(plan);
					return { world, rule: name, plan, off, requestsPerSecond, change, onsetSecond, durationSeconds };
				}),
			),
		),
	);
}
