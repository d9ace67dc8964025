import { nearestWord, parseDurationMs, type Result } from "@headgate/core/kernel";
import { NO_OBJECTIVES, type Plan, type PlanContext, parseEndpoint, parsePlan } from "@headgate/core/plan";
import { type Change, parseChange, plannedSeconds, WORLD_NAMES, type WorldName } from "@headgate/core/simulation";
import { HeadgateError } from "@headgate/protocol";
import type { Command } from "commander";
import { renderSimulation, toRow } from "../simulate/render-simulation.ts";
import { runSimulation } from "../simulate/run-simulation.ts";
import type { SimulationCase } from "../simulate/simulation-job.ts";
import { contextOf } from "./context.ts";
import { readYaml } from "./endpoint.ts";

interface SimulateOptions {
	readonly worlds: string;
	readonly rules?: string;
	readonly endpoint?: string;
	readonly rates: string;
	readonly changes: string;
	readonly runs: string;
	readonly seed: string;
	readonly onset: string;
	readonly duration?: string;
}

interface Rule {
	readonly name: string;
	readonly plan: Plan;
}

const DEFAULT_RULE = "canary";
const LIMITS = { rate: 100_000, runs: 1_000_000, seed: 2 ** 31 };

export function addSimulateCommand(program: Command): void {
	program
		.command("simulate")
		.description("how often a plan would roll back a good version, and how soon a bad one, in simulated traffic")
		.option(
			"--rules <list>",
			`built-in plans, or gates such as "error_rate <= champion + 0.5pp", separated by ";" (default: ${DEFAULT_RULE})`,
		)
		.option("--endpoint <file>", "an endpoint.yaml: its plan is simulated")
		.option("--worlds <list>", `of ${WORLD_NAMES.join(", ")}`, "real")
		.option("--rates <list>", "requests a second of both versions together", "50,500")
		.option("--changes <list>", "A/A (none), +1pp (more errors), p95+50% (slower)", "A/A,+1pp,+5pp,p95+50%")
		.option("--runs <n>", "rollouts of each kind", "200")
		.option("--seed <n>", "the same seed gives the same table", "1")
		.option("--onset <duration>", "when the change begins", "0s")
		.option("--duration <duration>", "how long a rollout lasts; the last stage is held (default: the plan's holds)")
		.action(async (options: SimulateOptions, self: Command) => {
			const { output } = contextOf(self);
			const cases = casesOf(options);
			const runs = count(options.runs, "runs", LIMITS.runs);
			const startedAtMs = Date.now();
			const summaries = await runSimulation(cases, runs, count(options.seed, "seed", LIMITS.seed), (done, total) =>
				output.progress(progressBar(done, total, Date.now() - startedAtMs)),
			);
			const rows = summaries.map((summary, index) => toRow(cases[index]!, summary));
			for (const line of renderSimulation(rows)) output.line(line);
			output.result({ rows });
		});
}

function casesOf(options: SimulateOptions): SimulationCase[] {
	const worlds = list(options.worlds).map(world);
	const rates = list(options.rates).map((text) => count(text, "rates", LIMITS.rate));
	const changes = list(options.changes).map((text): Change => accepted(parseChange(text)));
	const onsetSecond = seconds(options.onset, "onset");
	return rulesOf(options).flatMap(({ name, plan }) =>
		worlds.flatMap((of) =>
			changes.flatMap((change) =>
				rates.map((requestsPerSecond): SimulationCase => {
					const planned = onsetSecond + plannedSeconds(plan);
					const durationSeconds = options.duration === undefined ? planned : seconds(options.duration, "duration");
					return { world: of, rule: name, plan, requestsPerSecond, change, onsetSecond, durationSeconds };
				}),
			),
		),
	);
}

function rulesOf({ rules, endpoint }: SimulateOptions): Rule[] {
	const named = list(rules ?? (endpoint === undefined ? DEFAULT_RULE : ""), ";").map(ruleOf);
	const own = endpoint === undefined ? [] : [ruleOfEndpoint(endpoint)];
	for (const { name, plan } of [...named, ...own]) {
		if (plannedSeconds(plan) > 0) continue;
		const hint = "Simulate a plan with canary stages.";
		throw new HeadgateError("simulate.no-canary", `${name} has no canary stage, so there is nothing to judge`, {
			hint,
			path: "rules",
		});
	}
	return [...named, ...own];
}

/** A built-in plan by its name, or gates joined with `and` in the stages of the default one. */
function ruleOf(text: string): Rule {
	const context: PlanContext = { objectives: NO_OBJECTIVES, businessPrimary: null };
	if (/^[a-z/-]+$/.test(text)) return { name: text, plan: accepted(parsePlan(text, context)) };
	const gates = list(text, " and ");
	const stages = [
		{ canary: { weight: "10%", hold: "180s", gates } },
		{ canary: { weight: "50%", hold: "120s" } },
		{ promote: null },
	];
	return { name: text, plan: accepted(parsePlan(stages, context)) };
}

function ruleOfEndpoint(file: string): Rule {
	const config = accepted(parseEndpoint(readYaml(file)));
	return { name: `${config.endpoint} (${file})`, plan: config.plan };
}

function world(text: string): WorldName {
	const found = WORLD_NAMES.find((name) => name === text);
	if (found !== undefined) return found;
	const nearest = nearestWord(text, WORLD_NAMES);
	const hint = nearest === undefined ? `There are ${WORLD_NAMES.join(", ")}.` : `Did you mean ${nearest}?`;
	throw new HeadgateError("simulate.option", `there is no world "${text}"`, { hint, path: "worlds" });
}

function count(text: string, path: string, most: number): number {
	const value = Number(text);
	if (text.trim() !== "" && Number.isInteger(value) && value >= 1 && value <= most) return value;
	const message = `"${text}" is no whole number from 1 to ${most.toLocaleString("en")}`;
	throw new HeadgateError("simulate.option", message, { path });
}

function seconds(text: string, path: string): number {
	const ms = parseDurationMs(text);
	if (ms === undefined) throw new HeadgateError("simulate.option", `"${text}" is no duration such as 90s or 4h`, { path });
	return Math.round(ms / 1000);
}

function list(text: string, separator = ","): string[] {
	return text
		.split(separator)
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

function accepted<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	const { code, message, hint, path } = result.refusal;
	throw new HeadgateError(code, message, path === undefined ? { hint } : { hint, path });
}

const BAR_CELLS = 24;

/** `simulating  ########--------  42 %  31,000 s/s  12 s left`, in simulated seconds. */
function progressBar(done: number, total: number, ms: number): string {
	const share = total === 0 ? 1 : done / total;
	const filled = Math.round(share * BAR_CELLS);
	const bar = "#".repeat(filled) + "-".repeat(BAR_CELLS - filled);
	const rate = ms === 0 ? 0 : Math.round((done / ms) * 1_000);
	const left = done === 0 ? "" : `  ${Math.ceil(((total - done) / done) * (ms / 1_000))} s left`;
	return `simulating  ${bar}  ${Math.floor(100 * share)} %  ${rate.toLocaleString("en")} simulated s/s${left}`;
}
